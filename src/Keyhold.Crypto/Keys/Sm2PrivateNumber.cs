using System.Diagnostics.CodeAnalysis;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// The private number as it travels inside an envelope: 32 bytes, or the 64 bytes of GM/T 0018 with 32 zeros before it.
/// </summary>
internal static class Sm2PrivateNumber
{
    internal const int Size = EllipticPrivateKeyDer.NumberSize;
    internal const int PaddedSize = 2 * Size;

    internal static bool TryRead(ReadOnlySpan<byte> unwrapped, [NotNullWhen(true)] out PrivateKey? key)
    {
        key = null;
        if (unwrapped.Length == PaddedSize && !unwrapped[..Size].ContainsAnyExcept((byte)0))
        {
            unwrapped = unwrapped[Size..];
        }

        if (unwrapped.Length != Size || !Sm2PrivateKey.TryFromNumber(unwrapped, out var read))
        {
            return false;
        }

        key = read;
        return true;
    }
}
