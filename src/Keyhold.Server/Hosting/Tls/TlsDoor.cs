using System.Net.Security;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Keyhold.Server.Hosting.Tls;

/// <summary>
/// The TLS side of the listening addresses. Looks at its files every two seconds and takes new ones into use for new
/// connections, once certificate and key fit each other; until then, and when they are broken, the old ones stay.
/// </summary>
internal sealed partial class TlsDoor : IDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(10);

    private readonly TlsFiles files;
    private readonly Lock door = new();
    private volatile SslServerAuthenticationOptions current;
    private string seen;
    private string? complaint;
    private ITimer? timer;

    private TlsDoor(TlsFiles files, SslServerAuthenticationOptions current, string seen)
    {
        this.files = files;
        this.current = current;
        this.seen = seen;
    }

    /// <summary>Null when the options give no certificate; <see cref="StartException"/> when it cannot be used.</summary>
    public static TlsDoor? Open(ServerOptions options)
    {
        if (TlsFiles.Of(options) is not { } files)
        {
            return null;
        }

        try
        {
            using var material = TlsMaterial.Read(files);
            return new TlsDoor(files, TlsSetup.Of(material, files), material.Fingerprint);
        }
        catch (Exception unusable) when (IsUnusable(unusable))
        {
            throw StartException.Usage(
                $"The TLS certificate {files.Certificate} cannot be used: {unusable.Message}",
                "Give --tls-cert a PEM file with the certificate (and its chain), --tls-key the PEM file of its unencrypted private key, and --tls-client-ca, if any, a PEM file of CA certificates.",
                unusable
            );
        }
    }

    /// <summary>
    /// Stands before the handshakes. A first message that is no ClientHello never gets as far as a certificate, which
    /// SslStream reports as a fault of the server: strangers must not fill the log with stack traces.
    /// </summary>
    public static ConnectionDelegate DropOtherProtocols(ConnectionDelegate next) =>
        async connection =>
        {
            try
            {
                await next(connection);
            }
            catch (NotSupportedException)
            {
                connection.Abort();
            }
        };

    public TlsHandshakeCallbackOptions Handshakes =>
        new() { HandshakeTimeout = HandshakeTime, OnConnection = _ => ValueTask.FromResult(current) };

    public void Watch(ILogger logger, TimeProvider time) =>
        timer = time.CreateTimer(_ => Reload(logger), state: null, Period, Period);

    /// <summary>Looks now. Nothing happens when the files are as they were; one failure is logged once.</summary>
    public void Reload(ILogger logger)
    {
        lock (door)
        {
            try
            {
                using var material = TlsMaterial.Read(files);
                if (!string.Equals(material.Fingerprint, seen, StringComparison.Ordinal))
                {
                    seen = material.Fingerprint;
                    current = TlsSetup.Of(material, files);
                    complaint = null;
                    Log.Replaced(logger, files.Certificate);
                }
            }
            catch (Exception unusable) when (IsUnusable(unusable))
            {
                if (!string.Equals(complaint, unusable.Message, StringComparison.Ordinal))
                {
                    complaint = unusable.Message;
                    Log.Kept(logger, files.Certificate, unusable.Message);
                }
            }
        }
    }

    public void Dispose() => timer?.Dispose();

    private static bool IsUnusable(Exception failure) =>
        failure
            is IOException
                or UnauthorizedAccessException
                or CryptographicException
                or ArgumentException
                or TlsFileException;

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Warning, "New TLS connections use the new certificate in {File}.")]
        public static partial void Replaced(ILogger logger, string file);

        [LoggerMessage(
            1102,
            LogLevel.Warning,
            "The TLS files have changed and cannot be used, so the certificate from before stays in use. {File}: {Reason}"
        )]
        public static partial void Kept(ILogger logger, string file, string reason);
    }
}
