using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Operations.Policies;

/// <summary>Makes a policy with a first version, which is in force wherever the policy is attached.</summary>
internal sealed class CreatePolicy(PolicyLibrary policies) : IOperation<CreatePolicy.Request, CreatePolicy.Response>
{
    private const int MaximumDescription = 1_024;

    public OperationInfo Info { get; } =
        OperationInfo.OfRam("CreatePolicy", Effect.ChangesState, "PolicyName", "PolicyDocument", "Description");

    internal sealed record Request(PolicyTarget Policy, string Description, string Document) : IOperationRequest
    {
        public Resource Resource => Policy.Resource;
    }

    internal sealed record Response(PolicyRow Policy) : IAnswer
    {
        public void WriteTo(AnswerWriter answer) =>
            answer.Object("Policy", policy => PolicyAnswer.Write(policy, PolicyType.Custom, Policy, attachments: null));
    }

    public Request Parse(Parameters parameters) =>
        new(
            PolicyTarget.ParseCustom(parameters),
            parameters.ShortText("Description", MaximumDescription),
            PolicyDocuments.Parse(parameters)
        );

    public async ValueTask<Response> HandleAsync(Request request, Caller caller, CancellationToken stop) =>
        new(await policies.CreateAsync(request.Policy.Name.Value, request.Description, request.Document, stop));
}
