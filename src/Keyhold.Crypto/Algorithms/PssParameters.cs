using System.Formats.Asn1;
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
    internal static bool TryRead(ref DerReader identifier, out PssParameters parameters)
    {
        DerReader fields = identifier.ReadSequence();
        identifier.ThrowIfNotEmpty();

        HashAlgorithmName? hash = HashAlgorithmName.SHA1;
        HashAlgorithmName? maskHash = HashAlgorithmName.SHA1;
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
        parameters = new PssParameters(hash ?? default, saltLength);
        return hash is not null && hash == maskHash && saltLength is >= 0 and <= LargestSalt && trailer == 1;
    }

    private static bool TryReadField(ref DerReader fields, int number, out DerReader field)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, number, isConstructed: true);
        bool present = fields.NextIs(tag);
        field = present ? fields.ReadSequence(tag) : default;
        return present;
    }

    private static HashAlgorithmName? ReadMaskHash(ref DerReader field)
    {
        DerReader mask = field.ReadSequence();
        string function = mask.ReadObjectIdentifier();
        if (function is not ObjectIdentifiers.Mgf1)
        {
            return null;
        }

        HashAlgorithmName? hash = ReadHash(ref mask);
        mask.ThrowIfNotEmpty();
        return hash;
    }

    private static HashAlgorithmName? ReadHash(ref DerReader field)
    {
        DerReader identifier = field.ReadSequence();
        string name = identifier.ReadObjectIdentifier();
        if (!identifier.IsEmpty)
        {
            identifier.ReadNull();
        }

        identifier.ThrowIfNotEmpty();
        return name switch
        {
            ObjectIdentifiers.Sha1 => HashAlgorithmName.SHA1,
            ObjectIdentifiers.Sha256 => HashAlgorithmName.SHA256,
            ObjectIdentifiers.Sha384 => HashAlgorithmName.SHA384,
            ObjectIdentifiers.Sha512 => HashAlgorithmName.SHA512,
            _ => null,
        };
    }
}
