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

    /// <summary>All headers together; those of a signed request take about 1 KB.</summary>
    private const int HardLimitHeaderBytes = 128 * 1024;

    /// <summary>More connections than that are turned away, before they take memory from those that work.</summary>
    private const int MaximumConnections = 20_000;

    /// <summary>A client that takes longer to send its head is slow on purpose.</summary>
    private static readonly TimeSpan HeadTime = TimeSpan.FromSeconds(30);

    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestLineSize = HardLimitBytes;
        limits.MaxRequestHeadersTotalSize = HardLimitHeaderBytes;
        limits.MaxRequestHeaderCount = HardLimitHeaders;
        limits.MaxRequestBufferSize = 2 * HardLimitBytes;
        limits.RequestHeadersTimeout = HeadTime;
        limits.MaxConcurrentConnections = MaximumConnections;

        // The body is counted while it is read, so that too much of it gets a JSON answer.
        limits.MaxRequestBodySize = null;
    }

    public static void Secure(ListenOptions listen, ListenAddress address, TlsCertificate? tls)
    {
        // HTTP/2 would cap a target at 16 KB, and clients put whole certificate chains there.
        listen.Protocols = HttpProtocols.Http1;
        if (!address.IsHttps || tls is null)
        {
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
