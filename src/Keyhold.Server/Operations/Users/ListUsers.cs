using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Operations.Users;

/// <summary>Lists users by name.</summary>
internal sealed class ListUsers(Access.Users users) : IOperation<ListUsers.Request, ListUsers.Response>
{
    public OperationInfo Info { get; } = OperationInfo.OfRam("ListUsers", Effect.Reads, "Marker", "MaxItems");

    internal sealed record Request(ListPosition Position) : IOperationRequest
    {
        public Resource Resource => Resource.AllUsers;
    }

    internal sealed record Response(IReadOnlyList<UserRow> Users, string? Next) : IAnswer
    {
        public void WriteTo(AnswerWriter answer)
        {
            ListPosition.Write(answer, Next);
            answer.Objects("Users", "User", Users, UserAnswer.Write);
        }
    }

    public Request Parse(Parameters parameters) => new(ListPosition.Parse(parameters));

    public async ValueTask<Response> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        // One more than asked for tells whether there is a next page.
        var (marker, maximum) = request.Position;
        var found = await users.ListAsync(marker, maximum + 1, stop);
        return found.Count <= maximum
            ? new Response(found, Next: null)
            : new Response([.. found.Take(maximum)], found[maximum - 1].UserName);
    }
}
