using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Operations.Policies;

/// <summary>Adds a version to a policy, and puts it in force when it is to be the default.</summary>
internal sealed class CreatePolicyVersion(PolicyLibrary policies)
    : IOperation<CreatePolicyVersion.Request, CreatePolicyVersion.Response>
{
    private const string DropOldest = "DeleteOldestNonDefaultVersionWhenLimitExceeded";

    public OperationInfo Info { get; } =
        OperationInfo.OfRam(
            "CreatePolicyVersion",
            Effect.ChangesState,
            "PolicyName",
            "PolicyDocument",
            "SetAsDefault",
            "RotateStrategy"
        );

    internal sealed record Request(PolicyTarget Policy, string Document, bool SetAsDefault, bool DropOldest)
        : IOperationRequest
    {
        public Resource Resource => Policy.Resource;
    }

    internal sealed record Response(PolicyRow Policy, PolicyVersionRow Version) : IAnswer
    {
        public void WriteTo(AnswerWriter answer) =>
            answer.Object(
                "PolicyVersion",
                version => PolicyAnswer.WriteVersion(version, Policy, Version, withDocument: false)
            );
    }

    public Request Parse(Parameters parameters) =>
        new(
            PolicyTarget.ParseCustom(parameters),
            PolicyDocuments.Parse(parameters),
            parameters.Boolean("SetAsDefault", otherwise: false),
            parameters.OptionalOneOf("RotateStrategy", ["None", DropOldest]) is DropOldest
        );

    public async ValueTask<Response> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        var (row, version) = await policies.AddVersionAsync(
            request.Policy.Name.Value,
            request.Document,
            request.SetAsDefault,
            request.DropOldest,
            stop
        );
        return new Response(row, version);
    }
}
