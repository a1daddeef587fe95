using Keyhold.Protocol.Rpc;

namespace Keyhold.Server.Pipeline;

/// <summary>A request as it came off the wire: nothing decoded, nothing trusted.</summary>
internal sealed record IncomingRequest(
    string Method,
    string RawTarget,
    IRequestHeaders Headers,
    ReadOnlyMemory<byte> Body,
    RequestOrigin Origin
);
