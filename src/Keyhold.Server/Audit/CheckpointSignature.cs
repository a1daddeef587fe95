using System.Text;
using Keyhold.Crypto.Keys;

namespace Keyhold.Server.Audit;

/// <summary>
/// The signature of a checkpoint, the last field of its line:
/// <code>
/// ,"signature":"base64 of the DER form of an ECDSA signature, P-256 with SHA-256"
///
/// signed bytes = "keyhold audit checkpoint 1" LF | the line from { to the byte before ,"signature"
/// </code>
/// Since the line holds the hash of the one before, the signature covers the whole chain up to it.
/// </summary>
internal static class CheckpointSignature
{
    private static ReadOnlySpan<byte> Domain => "keyhold audit checkpoint 1\n"u8;
    private static ReadOnlySpan<byte> Field => ",\"signature\":\""u8;

    public static byte[] FieldFor(AuditKey key, ReadOnlySpan<byte> unsignedLine)
    {
        var signature = Convert.ToBase64String(key.Sign(MessageOf(unsignedLine)));
        return [.. Field, .. Encoding.ASCII.GetBytes(signature), (byte)'"'];
    }

    /// <summary>Whether a checkpoint's line, without LF, carries a good signature of the key.</summary>
    public static bool IsGood(PublicKey key, ReadOnlySpan<byte> line)
    {
        var at = line.LastIndexOf(Field);
        if (at < 0 || !line.EndsWith("\"}"u8))
        {
            return false;
        }

        var base64 = Encoding.ASCII.GetString(line[(at + Field.Length)..^2]);
        var signature = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, signature, out var size)
            // One form only: base64 with other spare bits would be the same signature in other bytes.
            && string.Equals(Convert.ToBase64String(signature.AsSpan(0, size)), base64, StringComparison.Ordinal)
            && key.Verify(
                SigningAlgorithm.EcdsaSha256,
                MessageType.Raw,
                MessageOf(line[..at]),
                signature.AsSpan(0, size)
            );
    }

    private static byte[] MessageOf(ReadOnlySpan<byte> unsignedLine) => [.. Domain, .. unsignedLine];
}
