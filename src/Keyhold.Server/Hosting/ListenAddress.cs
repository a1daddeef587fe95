using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Keyhold.Server.Hosting;

/// <summary>One URL to listen on, checked: scheme, host, port, and no plain HTTP where others could listen in.</summary>
internal sealed record ListenAddress(string Url, bool IsHttps, string Host, int Port)
{
    public bool IsLoopback =>
        string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    public static ListenAddress Parse(string url)
    {
        // * and + mean every address; Uri does not know them.
        var known = url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal)
            .Replace("://+", "://0.0.0.0", StringComparison.Ordinal);
        if (
            !Uri.TryCreate(known, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https")
            || uri.AbsolutePath is not "/"
            || uri.Query.Length > 0
        )
        {
            throw StartException.Usage(
                $"\"{url}\" is not a URL to listen on.",
                $"Give scheme, address and port, such as {ServerOptions.DefaultEndpoint}."
            );
        }

        var host = uri.Host.Trim('[', ']');
        if (!IPAddress.TryParse(host, out _) && !string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            throw StartException.Usage(
                $"\"{url}\" names the host {host}, but only addresses can be listened on.",
                "Give an IP address of this machine, 0.0.0.0 for all, or localhost."
            );
        }

        return new ListenAddress(url, uri.Scheme is "https", host, uri.Port);
    }

    public void RequireSafe(ServerOptions options)
    {
        if (IsHttps && options.TlsCertificateFile is null)
        {
            throw StartException.Usage(
                $"{Url} needs a TLS certificate.",
                "Give one with --tls-cert PEM --tls-key PEM, or listen on http:// at a loopback address."
            );
        }

        if (!IsHttps && !IsLoopback && !options.InsecureHttp)
        {
            throw StartException.Usage(
                $"{Url} is plain HTTP beyond loopback: everybody on the way could read plaintexts.",
                "Use https:// with --tls-cert and --tls-key, or permit it with --insecure-http when something in front does TLS."
            );
        }
    }

    public void Apply(KestrelServerOptions kestrel, Action<ListenOptions> configure)
    {
        if (!string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            kestrel.Listen(IPAddress.Parse(Host), Port, configure);
        }
        else if (Port == 0)
        {
            // A free port cannot be the same one on both loopback addresses.
            kestrel.Listen(IPAddress.Loopback, Port, configure);
        }
        else
        {
            kestrel.ListenLocalhost(Port, configure);
        }
    }
}
