using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Operations.Policies;

/// <summary>Shows one version of a policy with its document.</summary>
internal sealed class GetPolicyVersion(PolicyLibrary policies) : IOperation<VersionTarget, GetPolicyVersion.Response>
{
    public OperationInfo Info { get; } =
        OperationInfo.OfRam("GetPolicyVersion", Effect.Reads, "PolicyType", "PolicyName", "VersionId");

    internal sealed record Response(PolicyRow Policy, PolicyVersionRow Version) : IAnswer
    {
        public void WriteTo(AnswerWriter answer) =>
            answer.Object(
                "PolicyVersion",
                version => PolicyAnswer.WriteVersion(version, Policy, Version, withDocument: true)
            );
    }

    public VersionTarget Parse(Parameters parameters) => VersionTarget.Parse(parameters);

    public async ValueTask<Response> HandleAsync(VersionTarget request, Caller caller, CancellationToken stop)
    {
        var policy = await policies.RequireAsync(request.Policy.Type, request.Policy.Name.Value, stop);
        return new Response(policy, PolicyLibrary.RequireVersion(policy, request.Number));
    }
}
