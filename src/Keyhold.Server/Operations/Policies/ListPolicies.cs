using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Access.Policies;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Operations.Policies;

/// <summary>Lists policies without their documents: the built-in ones first, then the account's own, each by name.</summary>
internal sealed class ListPolicies(PolicyLibrary policies, Access.Users users)
    : IOperation<ListPolicies.Request, ListPolicies.Response>
{
    /// <summary>A Marker is the last policy of the page before: its type, a slash, its name.</summary>
    private const string AfterCustom = PolicyType.Custom + "/";
    private const string AfterSystem = PolicyType.System + "/";

    public OperationInfo Info { get; } =
        OperationInfo.OfRam("ListPolicies", Effect.Reads, "PolicyType", "Marker", "MaxItems");

    internal sealed record Request(string? Type, ListPosition Position) : IOperationRequest
    {
        public Resource Resource => Resource.AllPolicies;
    }

    internal sealed record Listed(string Type, PolicyRow Policy, int Attachments);

    internal sealed record Response(IReadOnlyList<Listed> Policies, string? Next) : IAnswer
    {
        public void WriteTo(AnswerWriter answer)
        {
            ListPosition.Write(answer, Next);
            answer.Objects(
                "Policies",
                "Policy",
                Policies,
                static (answer, item) => PolicyAnswer.Write(answer, item.Type, item.Policy, item.Attachments)
            );
        }
    }

    public Request Parse(Parameters parameters) =>
        new(parameters.OptionalOneOf("PolicyType", PolicyType.All), ListPosition.Parse(parameters));

    public async ValueTask<Response> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        // One more than asked for tells whether there is a next page.
        var maximum = request.Position.MaxItems;
        var found = await FindAsync(request, maximum + 1, stop);
        var everybody = await users.ListAsync("", Access.Users.Maximum, stop);
        var listed = found
            .Take(maximum)
            .Select(item => new Listed(item.Type, item.Policy, CountOf(everybody, item.Type, item.Policy.PolicyName)))
            .ToList();
        return new Response(listed, found.Count > maximum ? $"{listed[^1].Type}/{listed[^1].Policy.PolicyName}" : null);
    }

    private async ValueTask<List<(string Type, PolicyRow Policy)>> FindAsync(
        Request request,
        int limit,
        CancellationToken stop
    )
    {
        var found = new List<(string, PolicyRow)>();
        var marker = request.Position.Marker;
        if (request.Type is not PolicyType.Custom && !marker.StartsWith(AfterCustom, StringComparison.Ordinal))
        {
            var after = Rest(marker, AfterSystem);
            found.AddRange(
                BuiltInPolicies
                    .All.Where(policy => string.CompareOrdinal(policy.PolicyName, after) > 0)
                    .Select(policy => (PolicyType.System, policy))
            );
        }

        if (request.Type is not PolicyType.System && found.Count < limit)
        {
            var own = await policies.ListAsync(Rest(marker, AfterCustom), limit - found.Count, stop);
            found.AddRange(own.Select(policy => (PolicyType.Custom, policy)));
        }

        return found;
    }

    private static string Rest(string marker, string prefix) =>
        marker.StartsWith(prefix, StringComparison.Ordinal) ? marker[prefix.Length..] : "";

    private static int CountOf(IEnumerable<UserRow> everybody, string type, string name) =>
        everybody.Count(user =>
            user.Attachments.Any(attachment =>
                string.Equals(attachment.PolicyType, type, StringComparison.Ordinal)
                && string.Equals(attachment.PolicyName, name, StringComparison.Ordinal)
            )
        );
}
