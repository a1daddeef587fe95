namespace Keyhold.Protocol.Signing;

/// <summary>A request ready to send. Headers: all but Host and Content-Length, Authorization included.</summary>
public sealed record SignedRequest(
    string Method,
    string Target,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    ReadOnlyMemory<byte> Body
);
