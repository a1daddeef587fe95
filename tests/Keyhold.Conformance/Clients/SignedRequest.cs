using System.Collections.Immutable;

namespace Keyhold.Conformance.Clients;

/// <summary>A request as it goes on the wire, signed; a test may damage it before it is sent.</summary>
internal sealed record SignedRequest(
    string Method,
    string Target,
    ImmutableDictionary<string, string> Headers,
    string Body,
    string StringToSign
)
{
    public bool Chunked { get; init; }
}
