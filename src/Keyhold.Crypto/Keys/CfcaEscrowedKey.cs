using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// An SM2 private key in the form in which the China Financial Certification Authority (CFCA) returns the keys that it
/// escrows:
/// <code>
/// SEQUENCE { INTEGER 1, OCTET STRING x || y || C3 || C2 }     SM2 ciphertext of  public x || public y || number
///
/// as text: the same in base64, perhaps with commas between its lines, perhaps after 80 digits:
/// 0000000000000001 | 0000000000000001 | 32 zeros | 16 digits, the length of what follows
/// </code>
/// </summary>
public static class CfcaEscrowedKey
{
    private const string HeadStart = "00000000000000010000000000000001";
    private const int HeadSize = 80;
    private const int LengthDigits = 16;
    private const int KeyPairSize = 3 * Sm2PrivateNumber.Size;

    /// <summary>
    /// Takes the digits and commas away from a text that begins with such digits. False when there are digits that do
    /// not fit the text; of a text without them only the commas go.
    /// </summary>
    public static bool TryReadText(string text, [NotNullWhen(true)] out string? base64)
    {
        base64 = text.Replace(",", "", StringComparison.Ordinal);
        if (!text.StartsWith(HeadStart, StringComparison.Ordinal))
        {
            return true;
        }

        base64 = null;
        if (
            text.Length < HeadSize
            || !int.TryParse(
                text.AsSpan(HeadSize - LengthDigits, LengthDigits),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out int length
            )
            || length != text.Length - HeadSize
        )
        {
            return false;
        }

        base64 = text[HeadSize..].Replace(",", "", StringComparison.Ordinal);
        return true;
    }

    /// <summary>Every failure is the same <c>false</c>.</summary>
    public static bool TryOpen(PrivateKey recipient, ReadOnlySpan<byte> der, [NotNullWhen(true)] out PrivateKey? key)
    {
        key = null;
        if (
            !TryReadCiphertext(der, out var ciphertext)
            || !Sm2PrivateKey.Of(recipient).TryDecryptAnyForm(ciphertext, out byte[] keyPair)
        )
        {
            return false;
        }

        try
        {
            if (
                keyPair.Length != KeyPairSize
                || !Sm2PrivateNumber.TryRead(
                    keyPair.AsSpan(KeyPairSize - Sm2PrivateNumber.Size),
                    out PrivateKey? opened
                )
            )
            {
                return false;
            }

            if (!Sm2PrivateKey.Of(opened).HasPoint([0x04, .. keyPair.AsSpan(0, KeyPairSize - Sm2PrivateNumber.Size)]))
            {
                opened.Dispose();
                return false;
            }

            key = opened;
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyPair);
        }
    }

    private static bool TryReadCiphertext(ReadOnlySpan<byte> der, out ReadOnlySpan<byte> ciphertext)
    {
        ciphertext = [];
        try
        {
            var outer = new DerReader(der);
            DerReader escrowed = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            if (escrowed.ReadSmallInteger() != 1)
            {
                return false;
            }

            ciphertext = escrowed.ReadOctetString();
            escrowed.ThrowIfNotEmpty();
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
