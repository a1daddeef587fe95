using Keyhold.Protocol.Rpc;
using Keyhold.Server.Hosting.Tls;
using Keyhold.Server.Limits;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Keyhold.Server.Hosting;

/// <summary>Kestrel's limits and TLS. Its size limits lie above Keyhold's own, since its refusals have no JSON body.</summary>
internal static class KestrelSettings
{
    /// <summary>Beyond this even Kestrel gives up, with an empty 414 or 431.</summary>
    private const int HardLimitBytes = 8 * RequestLimits.MaxTargetBytes;

    private const int HardLimitHeaders = 256;

    /// <summary>All headers together; those of a signed request take about 1 KB.</summary>
    private const int HardLimitHeaderBytes = 128 * 1024;

    /// <summary>A client that takes longer to send its head is slow on purpose.</summary>
    private static readonly TimeSpan HeadTime = TimeSpan.FromSeconds(30);

    /// <summary>Longer than clients keep connections in their pools, so that none sends into a closing one.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(2);

    /// <summary>At 4 KB a second the largest body takes four minutes; a mobile line of 1995 was as fast.</summary>
    private static readonly MinDataRate SlowestBody = new(bytesPerSecond: 4096, gracePeriod: TimeSpan.FromSeconds(10));

    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestLineSize = HardLimitBytes;
        limits.MaxRequestHeadersTotalSize = HardLimitHeaderBytes;
        limits.MaxRequestHeaderCount = HardLimitHeaders;
        limits.MaxRequestBufferSize = 2 * HardLimitBytes;
        limits.RequestHeadersTimeout = HeadTime;
        limits.KeepAliveTimeout = IdleTime;
        limits.MinRequestBodyDataRate = SlowestBody;

        // ConnectionLimit counts instead: Kestrel closes without a word.
        limits.MaxConcurrentConnections = null;

        // The body is counted while it is read, so that too much of it gets a JSON answer.
        limits.MaxRequestBodySize = null;
    }

    public static void Secure(ListenOptions listen, ListenAddress address, ConnectionLimit connections, TlsDoor? tls)
    {
        listen.Use(connections.Before);

        // HTTP/2 would cap a target at 16 KB, and clients put whole certificate chains there.
        listen.Protocols = HttpProtocols.Http1;
        if (!address.IsHttps || tls is null)
        {
            return;
        }

        listen.Use(TlsDoor.DropOtherProtocols);
        listen.UseHttps(tls.Handshakes);
    }
}
