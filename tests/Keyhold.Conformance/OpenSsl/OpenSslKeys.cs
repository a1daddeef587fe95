using System.Security.Cryptography;
using System.Text;

namespace Keyhold.Conformance.OpenSsl;

/// <summary>What the OpenSSL program does with keys: signatures, ciphertexts and hashes, each in the API's terms.</summary>
internal static class OpenSslKeys
{
    private const string Sm2Id = $"-pkeyopt distid:{Specs.Sm2Identity}";

    public static string GenerateOptions(string keySpec) =>
        keySpec switch
        {
            Specs.Rsa => "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
            Specs.P256 => "-algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:named_curve",
            Specs.Sm2 => "-algorithm SM2",
            _ => throw new ArgumentOutOfRangeException(nameof(keySpec), keySpec, "not a key spec"),
        };

    public static async Task<string> PublicKeyOfAsync(string certificate)
    {
        using var folder = new OpenSslFolder();
        folder.Write("certificate.pem", certificate);
        return (await folder.RunAsync("x509 -in certificate.pem -noout -pubkey")).Text;
    }

    public static async Task<bool> VerifiesAsync(string publicKey, string algorithm, byte[] message, byte[] signature)
    {
        using var folder = new OpenSslFolder();
        folder.Write("public.pem", publicKey);
        folder.Write("message", message);
        folder.Write("signature", signature);
        var outcome = await folder.TryAsync(
            $"pkeyutl -verify -pubin -inkey public.pem -rawin -in message -sigfile signature {SignatureOptions(algorithm)}"
        );
        return outcome.ExitCode == 0 && outcome.Text.Contains("Verified Successfully", StringComparison.Ordinal);
    }

    public static async Task<byte[]> SignAsync(OpenSslFolder folder, string keyFile, string algorithm, byte[] message)
    {
        folder.Write("message", message);
        await folder.RunAsync(
            $"pkeyutl -sign -inkey {keyFile} -rawin -in message -out signature {SignatureOptions(algorithm)}"
        );
        return folder.Read("signature");
    }

    public static async Task<byte[]> EncryptAsync(string publicKey, string algorithm, byte[] plaintext)
    {
        using var folder = new OpenSslFolder();
        folder.Write("public.pem", publicKey);
        folder.Write("plaintext", plaintext);
        await folder.RunAsync(
            $"pkeyutl -encrypt -pubin -inkey public.pem -in plaintext -out ciphertext {EncryptionOptions(algorithm)}"
        );
        return folder.Read("ciphertext");
    }

    public static async Task<byte[]> DecryptAsync(
        OpenSslFolder folder,
        string keyFile,
        string algorithm,
        byte[] ciphertext
    )
    {
        folder.Write("ciphertext", ciphertext);
        await folder.RunAsync(
            $"pkeyutl -decrypt -inkey {keyFile} -in ciphertext -out plaintext {EncryptionOptions(algorithm)}"
        );
        return folder.Read("plaintext");
    }

    /// <summary>What MessageType DIGEST wants: SHA-256, or e = SM3(Z || M) of GB/T 32918.2 section 6.1 for SM2.</summary>
    public static async Task<byte[]> DigestAsync(string publicKey, string keySpec, byte[] message) =>
        keySpec is Specs.Sm2
            ? await Sm3Async([.. await Sm2IdentityHashAsync(publicKey), .. message])
            : SHA256.HashData(message);

    /// <summary>Z of GB/T 32918.2 section 5.5: identity, curve and public key in one hash.</summary>
    private static async Task<byte[]> Sm2IdentityHashAsync(string publicKey)
    {
        const string Curve =
            "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC"
            + "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93"
            + "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"
            + "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0";
        using var folder = new OpenSslFolder();
        folder.Write("public.pem", publicKey);
        var encoded = (await folder.RunAsync("pkey -pubin -in public.pem -pubout -outform DER")).Output;
        var identity = Encoding.ASCII.GetBytes(Specs.Sm2Identity);
        byte[] bits = [0, (byte)(identity.Length * 8)];
        return await Sm3Async([.. bits, .. identity, .. Convert.FromHexString(Curve), .. encoded[^64..]]);
    }

    private static async Task<byte[]> Sm3Async(byte[] data)
    {
        using var folder = new OpenSslFolder();
        folder.Write("data", data);
        return (await folder.RunAsync("dgst -sm3 -binary data")).Output;
    }

    private static string SignatureOptions(string algorithm) =>
        algorithm switch
        {
            "RSA_PKCS1_SHA_256" => "-digest sha256 -pkeyopt rsa_padding_mode:pkcs1",
            "RSA_PSS_SHA_256" => "-digest sha256 -pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:32",
            "ECDSA_SHA_256" => "-digest sha256",
            "SM2DSA" => $"-digest sm3 {Sm2Id}",
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "not a signing algorithm"),
        };

    private static string EncryptionOptions(string algorithm) =>
        algorithm switch
        {
            "RSAES_OAEP_SHA_1" => "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha1 -pkeyopt rsa_mgf1_md:sha1",
            "RSAES_OAEP_SHA_256" =>
                "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256",
            "SM2PKE" => "",
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "not an encryption algorithm"),
        };
}
