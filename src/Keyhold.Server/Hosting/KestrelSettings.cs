using System.Security.Authentication;
using Keyhold.Protocol.Rpc;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Keyhold.Server.Hosting;

/// <summary>Kestrel's limits and TLS. Its size limits lie above Keyhold's own, since its refusals have no JSON body.</summary>
internal static class KestrelSettings
{
    /// <summary>Beyond this even Kestrel gives up, with an empty 414 or 431.</summary>
    private const int HardLimitBytes = 8 * RequestLimits.MaxTargetBytes;

    private const int HardLimitHeaders = 256;

    /// <summary>A client that takes longer to send its head is slow on purpose.</summary>
    private static readonly TimeSpan HeadTime = TimeSpan.FromSeconds(30);

    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestLineSize = HardLimitBytes;
        limits.MaxRequestHeadersTotalSize = HardLimitBytes;
        limits.MaxRequestHeaderCount = HardLimitHeaders;
        limits.MaxRequestBufferSize = 2 * HardLimitBytes;
        limits.RequestHeadersTimeout = HeadTime;

        // The body is counted while it is read, so that too much of it gets a JSON answer.
        limits.MaxRequestBodySize = null;
    }

    public static void Secure(ListenOptions listen, ListenAddress address, TlsCertificate? tls)
    {
        if (!address.IsHttps || tls is null)
        {
            listen.Protocols = HttpProtocols.Http1;
            return;
        }

        listen.UseHttps(
            new HttpsConnectionAdapterOptions
            {
                ServerCertificate = tls.Certificate,
                ServerCertificateChain = tls.Chain,
                SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            }
        );
    }
}
