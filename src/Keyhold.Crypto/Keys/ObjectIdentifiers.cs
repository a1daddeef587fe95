namespace Keyhold.Crypto.Keys;

/// <summary>The object identifiers that keys, signatures and encrypted keys are recognised by.</summary>
internal static class ObjectIdentifiers
{
    // RFC 8017, RFC 4055
    internal const string RsaEncryption = "1.2.840.113549.1.1.1";
    internal const string Sha1WithRsa = "1.2.840.113549.1.1.5";
    internal const string Mgf1 = "1.2.840.113549.1.1.8";
    internal const string RsaPss = "1.2.840.113549.1.1.10";
    internal const string Sha256WithRsa = "1.2.840.113549.1.1.11";
    internal const string Sha384WithRsa = "1.2.840.113549.1.1.12";
    internal const string Sha512WithRsa = "1.2.840.113549.1.1.13";

    // RFC 5480, RFC 5758
    internal const string EcPublicKey = "1.2.840.10045.2.1";
    internal const string P256 = "1.2.840.10045.3.1.7";
    internal const string P384 = "1.3.132.0.34";
    internal const string P521 = "1.3.132.0.35";
    internal const string EcdsaWithSha1 = "1.2.840.10045.4.1";
    internal const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";
    internal const string EcdsaWithSha384 = "1.2.840.10045.4.3.3";
    internal const string EcdsaWithSha512 = "1.2.840.10045.4.3.4";

    // GM/T 0006
    internal const string Sm2Curve = "1.2.156.10197.1.301";
    internal const string Sm2WithSm3 = "1.2.156.10197.1.501";
    internal const string Sm4 = "1.2.156.10197.1.104";
    internal const string Sm4Ecb = "1.2.156.10197.1.104.1";

    // SHA-3: NIST's register of Computer Security Objects, section on signatures
    internal const string EcdsaWithSha3With224 = "2.16.840.1.101.3.4.3.9";
    internal const string EcdsaWithSha3With256 = "2.16.840.1.101.3.4.3.10";
    internal const string EcdsaWithSha3With384 = "2.16.840.1.101.3.4.3.11";
    internal const string EcdsaWithSha3With512 = "2.16.840.1.101.3.4.3.12";
    internal const string Sha3With224WithRsa = "2.16.840.1.101.3.4.3.13";
    internal const string Sha3With256WithRsa = "2.16.840.1.101.3.4.3.14";
    internal const string Sha3With384WithRsa = "2.16.840.1.101.3.4.3.15";
    internal const string Sha3With512WithRsa = "2.16.840.1.101.3.4.3.16";

    // RFC 8410
    internal const string Ed25519 = "1.3.101.112";

    // Hashes: RFC 3279, RFC 5754
    internal const string Sha1 = "1.3.14.3.2.26";
    internal const string Sha256 = "2.16.840.1.101.3.4.2.1";
    internal const string Sha384 = "2.16.840.1.101.3.4.2.2";
    internal const string Sha512 = "2.16.840.1.101.3.4.2.3";

    // RFC 8018
    internal const string Pbes2 = "1.2.840.113549.1.5.13";
    internal const string Pbkdf2 = "1.2.840.113549.1.5.12";
    internal const string HmacWithSha256 = "1.2.840.113549.2.9";
    internal const string Aes256Cbc = "2.16.840.1.101.3.4.1.42";
}
