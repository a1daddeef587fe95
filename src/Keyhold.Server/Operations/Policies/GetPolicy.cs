using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Operations.Policies;

/// <summary>Shows a policy with the document that is in force.</summary>
internal sealed class GetPolicy(PolicyLibrary policies, Access.Users users)
    : IOperation<PolicyTarget, GetPolicy.Response>
{
    public OperationInfo Info { get; } = OperationInfo.OfRam("GetPolicy", Effect.Reads, "PolicyType", "PolicyName");

    internal sealed record Response(string Type, PolicyRow Policy, int Attachments) : IAnswer
    {
        public void WriteTo(AnswerWriter answer)
        {
            answer.Object("Policy", policy => PolicyAnswer.Write(policy, Type, Policy, Attachments));
            answer.Object(
                "DefaultPolicyVersion",
                version =>
                    PolicyAnswer.WriteVersion(
                        version,
                        Policy,
                        PolicyLibrary.RequireVersion(Policy, Policy.DefaultVersion),
                        withDocument: true
                    )
            );
        }
    }

    public PolicyTarget Parse(Parameters parameters) => PolicyTarget.Parse(parameters);

    public async ValueTask<Response> HandleAsync(PolicyTarget request, Caller caller, CancellationToken stop)
    {
        var policy = await policies.RequireAsync(request.Type, request.Name.Value, stop);
        var attached = await users.ListWithPolicyAsync(request.Type, request.Name.Value, stop);
        return new Response(request.Type, policy, attached.Count);
    }
}
