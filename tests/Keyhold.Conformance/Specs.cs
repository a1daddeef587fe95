namespace Keyhold.Conformance;

/// <summary>The key specs, their algorithms and limits, as the API documents them.</summary>
internal static class Specs
{
    public const string Rsa = "RSA_2048";
    public const string P256 = "EC_P256";
    public const string Sm2 = "EC_SM2";

    /// <summary>The identity that SM2 signatures are made under when nobody says otherwise (GM/T 0009).</summary>
    public const string Sm2Identity = "1234567812345678";

    public static IReadOnlyList<string> All { get; } = [Rsa, P256, Sm2];

    public static IReadOnlyList<string> SigningAlgorithms(string keySpec) =>
        keySpec switch
        {
            Rsa => ["RSA_PKCS1_SHA_256", "RSA_PSS_SHA_256"],
            P256 => ["ECDSA_SHA_256"],
            Sm2 => ["SM2DSA"],
            _ => throw new ArgumentOutOfRangeException(nameof(keySpec), keySpec, "not a key spec"),
        };

    public static IReadOnlyList<(string Algorithm, int MaximumPlaintext)> EncryptionAlgorithms(string keySpec) =>
        keySpec switch
        {
            Rsa => [("RSAES_OAEP_SHA_1", 214), ("RSAES_OAEP_SHA_256", 190)],
            P256 => [],
            Sm2 => [("SM2PKE", 6047)],
            _ => throw new ArgumentOutOfRangeException(nameof(keySpec), keySpec, "not a key spec"),
        };

    public static string IssuedSignatureAlgorithm(string keySpec) =>
        keySpec switch
        {
            Rsa => "RSA2048-SHA256",
            P256 => "ECDSA-SHA256",
            Sm2 => "SM2-SM3",
            _ => throw new ArgumentOutOfRangeException(nameof(keySpec), keySpec, "not a key spec"),
        };
}
