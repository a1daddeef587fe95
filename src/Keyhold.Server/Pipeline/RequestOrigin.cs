using System.Net;

namespace Keyhold.Server.Pipeline;

/// <summary>Where a request came from, as the transport saw it; nothing that the client says about itself.</summary>
/// <param name="Address">The other end of the connection. Behind a proxy that is the proxy.</param>
/// <param name="IsSecure">Whether it came over TLS.</param>
internal sealed record RequestOrigin(IPAddress Address, bool IsSecure)
{
    /// <summary>Null for what did not come over a network.</summary>
    public IPAddress? KnownAddress => Address.Equals(IPAddress.None) ? null : Address;
}
