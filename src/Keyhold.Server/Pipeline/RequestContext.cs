using Keyhold.Protocol.Rpc;
using Keyhold.Server.Audit;

namespace Keyhold.Server.Pipeline;

/// <summary>What surrounds a request: the access check's conditions and the audit trail read it, operations never do.</summary>
internal sealed record RequestContext(
    string RequestId,
    RequestOrigin Origin,
    string UserAgent,
    DateTimeOffset ReceivedAt
)
{
    /// <summary>What the event is to say beyond the request itself.</summary>
    public RequestNotes Notes { get; } = new();

    public static RequestContext Of(string requestId, IncomingRequest incoming, TimeProvider time) =>
        new(requestId, incoming.Origin, FirstOf(incoming.Headers, "User-Agent"), time.GetUtcNow());

    private static string FirstOf(IRequestHeaders headers, string name) =>
        headers.Get(name) is [var first, ..] ? first : "";
}
