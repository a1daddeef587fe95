using Keyhold.Crypto.Keys;
using Keyhold.Crypto.Tests.Keys;

namespace Keyhold.Crypto.Tests.Algorithms;

/// <summary>The openssl program as the other side: what one signs or encrypts, the other verifies or decrypts.</summary>
public class OpenSslInteroperabilityTests
{
    private static readonly byte[] Message = "a message for both sides"u8.ToArray();

    private static readonly string[] Sm2Id = ["-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"];

    private static readonly string[] PssOptions =
    [
        "-rawin",
        "-digest",
        "sha256",
        "-pkeyopt",
        "rsa_padding_mode:pss",
        "-pkeyopt",
        "rsa_pss_saltlen:32",
        "-pkeyopt",
        "rsa_mgf1_md:sha256",
    ];

    public static TheoryData<string> Signing => [.. SigningAlgorithm.All.Select(algorithm => algorithm.Name)];

    public static TheoryData<string> Encryption => [.. EncryptionAlgorithm.All.Select(algorithm => algorithm.Name)];

    [Theory]
    [MemberData(nameof(Signing))]
    public void OpenSSL_verifies_what_is_signed_here(string name)
    {
        using var openssl = new OpenSslProgram();
        using PrivateKey key = KeyFor(name, openssl);
        Assert.True(SigningAlgorithm.TryParse(name, out var algorithm));
        byte[] signature = key.Sign(algorithm, MessageType.Raw, Message);
        openssl.Write("signature", signature);
        string[] verify =
        [
            "pkeyutl",
            "-verify",
            "-pubin",
            "-inkey",
            "public",
            "-sigfile",
            "signature",
            "-in",
            "message",
        ];
        openssl.Run([.. verify, .. SigningOptions(name)]);

        signature[^1] ^= 1;
        openssl.Write("signature", signature);
        Assert.False(openssl.Succeeds([.. verify, .. SigningOptions(name)]));
    }

    [Theory]
    [MemberData(nameof(Signing))]
    public void What_OpenSSL_signs_verifies_here(string name)
    {
        using var openssl = new OpenSslProgram();
        using PrivateKey key = KeyFor(name, openssl);
        Assert.True(SigningAlgorithm.TryParse(name, out var algorithm));
        string[] sign = ["pkeyutl", "-sign", "-inkey", "private", "-in", "message", "-out", "signature"];
        openssl.Run([.. sign, .. SigningOptions(name)]);
        byte[] signature = openssl.Read("signature");
        Assert.True(key.PublicKey.Verify(algorithm, MessageType.Raw, Message, signature));
        Assert.False(key.PublicKey.Verify(algorithm, MessageType.Raw, [.. Message, 0], signature));
    }

    [Fact]
    public void A_signature_of_OpenSSL_under_another_SM2_user_id_does_not_verify()
    {
        using var openssl = new OpenSslProgram();
        using PrivateKey key = KeyFor("SM2DSA", openssl);
        openssl.Run(
            "pkeyutl",
            "-sign",
            "-inkey",
            "private",
            "-in",
            "message",
            "-out",
            "signature",
            "-rawin",
            "-digest",
            "sm3",
            "-pkeyopt",
            "distid:8765432187654321"
        );
        byte[] signature = openssl.Read("signature");
        Assert.False(key.PublicKey.Verify(SigningAlgorithm.Sm2Dsa, MessageType.Raw, Message, signature));
    }

    [Theory]
    [MemberData(nameof(Encryption))]
    public void OpenSSL_decrypts_what_is_encrypted_here(string name)
    {
        using var openssl = new OpenSslProgram();
        using PrivateKey key = KeyFor(name, openssl);
        Assert.True(EncryptionAlgorithm.TryParse(name, out var algorithm));
        for (int size = 1; size <= algorithm.MaximumPlaintext; size = (size * 4) + 3)
        {
            byte[] plaintext = Enumerable.Range(1, size).Select(value => (byte)value).ToArray();
            openssl.Write("ciphertext", key.PublicKey.Encrypt(algorithm, plaintext));
            string[] decrypt = ["pkeyutl", "-decrypt", "-inkey", "private", "-in", "ciphertext", "-out", "opened"];
            openssl.Run([.. decrypt, .. EncryptionOptions(name)]);
            Assert.Equal(plaintext, openssl.Read("opened"));
        }
    }

    [Theory]
    [MemberData(nameof(Encryption))]
    public void What_OpenSSL_encrypts_is_decrypted_here(string name)
    {
        using var openssl = new OpenSslProgram();
        using PrivateKey key = KeyFor(name, openssl);
        Assert.True(EncryptionAlgorithm.TryParse(name, out var algorithm));
        for (int size = 2; size <= algorithm.MaximumPlaintext; size = (size * 4) + 3)
        {
            byte[] plaintext = Enumerable.Range(1, size).Select(value => (byte)value).ToArray();
            openssl.Write("plaintext", plaintext);
            string[] encrypt = ["pkeyutl", "-encrypt", "-pubin", "-inkey", "public", "-in", "plaintext", "-out", "out"];
            openssl.Run([.. encrypt, .. EncryptionOptions(name)]);
            Assert.True(key.TryDecrypt(algorithm, openssl.Read("out"), out byte[] opened));
            Assert.Equal(plaintext, opened);
        }
    }

    [Theory]
    [InlineData("RSA_2048", "RSA", "rsa_keygen_bits:2048")]
    [InlineData("EC_P256", "EC", "ec_paramgen_curve:P-256")]
    [InlineData("EC_SM2", "SM2", null)]
    public void A_key_that_OpenSSL_made_is_taken_in(string spec, string algorithm, string? option)
    {
        using var openssl = new OpenSslProgram();
        string[] options = option is null ? [] : ["-pkeyopt", option];
        openssl.Run(["genpkey", "-algorithm", algorithm, .. options, "-out", "made"]);
        openssl.Run("pkcs8", "-topk8", "-nocrypt", "-in", "made", "-outform", "DER", "-out", "private");
        using PrivateKey key = PrivateKey.FromPkcs8(openssl.Read("private"));
        Assert.Equal(spec, key.Spec.Name);
        Assert.Equal(openssl.Run("pkey", "-in", "private", "-inform", "DER", "-pubout"), key.PublicKey.Pem);
        openssl.Write("again", key.ExportPkcs8());
        openssl.Run("pkey", "-in", "again", "-inform", "DER", "-check", "-noout");
    }

    /// <summary>A key for an algorithm, with its files "private", "public" and "message" for openssl.</summary>
    private static PrivateKey KeyFor(string name, OpenSslProgram openssl)
    {
        KeySpec spec = SigningAlgorithm.TryParse(name, out var signing)
            ? signing.KeySpec
            : EncryptionAlgorithm
                .All.Single(encryption => encryption.Name.Equals(name, StringComparison.Ordinal))
                .KeySpec;
        PrivateKey key = KeyFixture.New(spec);
        openssl.Write("private", key.ExportPkcs8());
        openssl.Write("public", key.PublicKey.Pem);
        openssl.Write("message", Message);
        return key;
    }

    private static string[] SigningOptions(string name) =>
        name switch
        {
            "SM2DSA" => Sm2Id,
            "RSA_PSS_SHA_256" => PssOptions,
            _ => ["-rawin", "-digest", "sha256"],
        };

    private static string[] EncryptionOptions(string name) =>
        name switch
        {
            "SM2PKE" => [],
            "RSAES_OAEP_SHA_1" => ["-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha1"],
            _ =>
            [
                "-pkeyopt",
                "rsa_padding_mode:oaep",
                "-pkeyopt",
                "rsa_oaep_md:sha256",
                "-pkeyopt",
                "rsa_mgf1_md:sha256",
            ],
        };
}
