using Keyhold.Crypto.Keys;

namespace Keyhold.Server.Audit;

/// <summary>The public half of the key that signs a trail's checkpoints, as the data folder names it.</summary>
public sealed record TrailKey(string Fingerprint, string Pem)
{
    /// <summary>Needs no root key; <see cref="TrailUnreadableException"/> when the folder has no audit key yet.</summary>
    public static TrailKey Of(string folder, SharedAnchor? shared = null)
    {
        var place = TrailPlace.Of(folder, withAnchor: true, shared?.Anchor);
        if (place.Anchor?.PublicKey is not { } stored)
        {
            throw new TrailUnreadableException(
                $"{folder} has no audit key yet: it is made by keyhold init, or at the first start after an upgrade."
            );
        }

        try
        {
            var key = PublicKey.FromSubjectPublicKeyInfo(stored);
            return new TrailKey(AuditKey.FingerprintOf(stored), key.Pem);
        }
        catch (KeyFormatException unreadable)
        {
            throw new TrailUnreadableException(
                $"The audit key in {folder} cannot be read: {unreadable.Message}",
                unreadable
            );
        }
    }

    /// <summary>A fingerprint as people type it: 64 hex digits, with or without sha256: before them; null when it is none.</summary>
    public static string? ParseFingerprint(string text) => AuditKey.ParseFingerprint(text);
}
