using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Algorithms;

/// <summary>
/// RSASSA-PSS-params (RFC 4055 section 3.1), as far as the hash of MGF1 is the hash itself and the trailer is 1:
/// <code>
/// SEQUENCE { [0] hash = SHA-1, [1] MGF1 with hash = SHA-1, [2] salt length = 20, [3] trailer = 1 }
/// </code>
/// </summary>
internal readonly record struct PssParameters(HashAlgorithmName Hash, int SaltLength)
{
    private const int LargestSalt = 512;

    /// <summary>False for parameters that are well-formed but not verified here.</summary>
    /// <exception cref="AsnContentException">The parameters are absent or malformed.</exception>
    internal static bool TryRead(ref DerReader identifier, out PssParameters parameters) =>
        TryRead(ref identifier, out parameters, out _);

    /// <param name="obstacle">What of them is not verified here: "SHA-256 but MGF1 with SHA-1"; null when all is.</param>
    /// <exception cref="AsnContentException">The parameters are absent or malformed.</exception>
    internal static bool TryRead(ref DerReader identifier, out PssParameters parameters, out string? obstacle)
    {
        DerReader fields = identifier.ReadSequence();
        identifier.ThrowIfNotEmpty();

        string hash = ObjectIdentifiers.Sha1;
        string? maskHash = ObjectIdentifiers.Sha1;
        int saltLength = 20;
        int trailer = 1;
        if (TryReadField(ref fields, 0, out DerReader field))
        {
            hash = ReadHash(ref field);
            field.ThrowIfNotEmpty();
        }

        if (TryReadField(ref fields, 1, out field))
        {
            maskHash = ReadMaskHash(ref field);
            field.ThrowIfNotEmpty();
        }

        if (TryReadField(ref fields, 2, out field))
        {
            saltLength = field.ReadSmallInteger();
            field.ThrowIfNotEmpty();
        }

        if (TryReadField(ref fields, 3, out field))
        {
            trailer = field.ReadSmallInteger();
            field.ThrowIfNotEmpty();
        }

        fields.ThrowIfNotEmpty();
        HashAlgorithmName? known = KnownHash(hash);
        parameters = new PssParameters(known ?? default, saltLength);
        obstacle =
            known is null ? NameOf(hash)
            : maskHash is null ? "a mask generation function other than MGF1"
            : !string.Equals(hash, maskHash, StringComparison.Ordinal)
                ? $"{NameOf(hash)} but MGF1 with {NameOf(maskHash)}"
            : saltLength is < 0 or > LargestSalt
                ? string.Create(CultureInfo.InvariantCulture, $"a salt of {saltLength} bytes")
            : trailer != 1 ? string.Create(CultureInfo.InvariantCulture, $"the trailer {trailer}")
            : null;
        return obstacle is null;
    }

    private static bool TryReadField(ref DerReader fields, int number, out DerReader field)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, number, isConstructed: true);
        bool present = fields.NextIs(tag);
        field = present ? fields.ReadSequence(tag) : default;
        return present;
    }

    /// <summary>Null for another function than MGF1.</summary>
    private static string? ReadMaskHash(ref DerReader field)
    {
        DerReader mask = field.ReadSequence();
        string function = mask.ReadObjectIdentifier();
        if (function is not ObjectIdentifiers.Mgf1)
        {
            return null;
        }

        string hash = ReadHash(ref mask);
        mask.ThrowIfNotEmpty();
        return hash;
    }

    private static string ReadHash(ref DerReader field)
    {
        DerReader identifier = field.ReadSequence();
        string name = identifier.ReadObjectIdentifier();
        if (!identifier.IsEmpty)
        {
            identifier.ReadNull();
        }

        identifier.ThrowIfNotEmpty();
        return name;
    }

    private static HashAlgorithmName? KnownHash(string identifier) =>
        identifier switch
        {
            ObjectIdentifiers.Sha1 => HashAlgorithmName.SHA1,
            ObjectIdentifiers.Sha256 => HashAlgorithmName.SHA256,
            ObjectIdentifiers.Sha384 => HashAlgorithmName.SHA384,
            ObjectIdentifiers.Sha512 => HashAlgorithmName.SHA512,
            _ => null,
        };

    private static string NameOf(string hash) =>
        hash switch
        {
            ObjectIdentifiers.Sha1 => "SHA-1",
            ObjectIdentifiers.Sha256 => "SHA-256",
            ObjectIdentifiers.Sha384 => "SHA-384",
            ObjectIdentifiers.Sha512 => "SHA-512",
            "2.16.840.1.101.3.4.2.4" => "SHA-224",
            "2.16.840.1.101.3.4.2.5" => "SHA-512/224",
            "2.16.840.1.101.3.4.2.6" => "SHA-512/256",
            "2.16.840.1.101.3.4.2.7" => "SHA3-224",
            "2.16.840.1.101.3.4.2.8" => "SHA3-256",
            "2.16.840.1.101.3.4.2.9" => "SHA3-384",
            "2.16.840.1.101.3.4.2.10" => "SHA3-512",
            "1.2.840.113549.2.5" => "MD5",
            _ => "the hash " + hash,
        };
}
