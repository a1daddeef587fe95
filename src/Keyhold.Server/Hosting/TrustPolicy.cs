using Keyhold.Crypto.Certificates;

namespace Keyhold.Server.Hosting;

/// <summary>Where the paths of uploaded certificates must end, read from the options once, at the start.</summary>
internal static class TrustPolicy
{
    public static JudgementOptions Of(ServerOptions options) =>
        new(options.CertificateProfile, AnchorsOf(options.TrustAnchors));

    private static TrustAnchors AnchorsOf(string source)
    {
        const string Remedy =
            "Give --trust-anchors a PEM file with the root certificates to trust, or system, or none.";
        try
        {
            return source switch
            {
                ServerOptions.NoTrustAnchors => TrustAnchors.None,
                ServerOptions.SystemTrustAnchors => TrustAnchors.System(),
                _ => TrustAnchors.FromPem(File.ReadAllText(source)),
            };
        }
        catch (Exception unreadable)
            when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw StartException.Usage(
                $"The trust anchors {source} cannot be read: {unreadable.Message}",
                Remedy,
                unreadable
            );
        }
        catch (TrustAnchorException unusable)
        {
            throw StartException.Usage(
                $"The trust anchors {source} cannot be used: {unusable.Reason}. {unusable.Remedy}",
                Remedy,
                unusable
            );
        }
    }
}
