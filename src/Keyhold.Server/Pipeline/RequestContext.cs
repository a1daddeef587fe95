using Keyhold.Protocol.Rpc;

namespace Keyhold.Server.Pipeline;

/// <summary>What surrounds a request: the access check's conditions and the audit trail read it, operations never do.</summary>
internal sealed record RequestContext(
    string RequestId,
    RequestOrigin Origin,
    string UserAgent,
    DateTimeOffset ReceivedAt
)
{
    public static RequestContext Of(string requestId, IncomingRequest incoming, TimeProvider time) =>
        new(requestId, incoming.Origin, FirstOf(incoming.Headers, "User-Agent"), time.GetUtcNow());

    private static string FirstOf(IRequestHeaders headers, string name) =>
        headers.Get(name) is [var first, ..] ? first : "";
}
