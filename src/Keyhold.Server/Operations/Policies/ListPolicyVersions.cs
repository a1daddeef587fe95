using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Operations.Policies;

/// <summary>Lists the versions of a policy without their documents, oldest first.</summary>
internal sealed class ListPolicyVersions(PolicyLibrary policies) : IOperation<PolicyTarget, ListPolicyVersions.Response>
{
    public OperationInfo Info { get; } =
        OperationInfo.OfRam("ListPolicyVersions", Effect.Reads, "PolicyType", "PolicyName");

    internal sealed record Response(PolicyRow Policy) : IAnswer
    {
        public void WriteTo(AnswerWriter answer) =>
            answer.Objects(
                "PolicyVersions",
                "PolicyVersion",
                Policy.Versions,
                (item, version) => PolicyAnswer.WriteVersion(item, Policy, version, withDocument: false)
            );
    }

    public PolicyTarget Parse(Parameters parameters) => PolicyTarget.Parse(parameters);

    public async ValueTask<Response> HandleAsync(PolicyTarget request, Caller caller, CancellationToken stop) =>
        new(await policies.RequireAsync(request.Type, request.Name.Value, stop));
}
