namespace Keyhold.Server.Hosting.Tls;

/// <summary>Where the PEM files of the TLS door lie. <paramref name="ClientAuthorities"/> is null without mutual TLS.</summary>
internal sealed record TlsFiles(string Certificate, string Key, string? ClientAuthorities)
{
    /// <summary>Null when the options give no certificate.</summary>
    public static TlsFiles? Of(ServerOptions options) =>
        options.TlsCertificateFile is { } certificate
            ? new TlsFiles(certificate, options.TlsKeyFile ?? certificate, options.TlsClientAuthorityFile)
            : null;
}
