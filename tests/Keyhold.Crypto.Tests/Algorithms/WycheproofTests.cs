using System.Text.Json;
using Keyhold.Crypto.Algorithms;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Algorithms;

/// <summary>
/// Every case of the Wycheproof files. The two "acceptable" ones are PKCS#1 signatures whose DigestInfo leaves out the NULL
/// (flag MissingNull): RFC 8017 section 9.2 has it, so they are refused here.
/// </summary>
public class WycheproofTests
{
    private const string RsaSha256 = "300D06092A864886F70D01010B0500";

    // SHA-256, MGF1 with SHA-256, salt 32.
    private const string RsaPss =
        "304106092A864886F70D01010A3034A00F300D06096086480165030402010500"
        + "A11C301A06092A864886F70D010108300D06096086480165030402010500A203020120";

    [Theory]
    [InlineData("ecdsa_secp256r1_sha256_test", "ECDSA_SHA_256", 484)]
    [InlineData("rsa_signature_2048_sha256_test", "RSA_PKCS1_SHA_256", 259)]
    [InlineData("rsa_pss_2048_sha256_mgf1_32_test", "RSA_PSS_SHA_256", 108)]
    public void Verifies_exactly_the_valid_signatures(string file, string algorithmName, int count)
    {
        Assert.True(SigningAlgorithm.TryParse(algorithmName, out var algorithm));
        var wrong = new List<int>();
        int seen = 0;
        foreach (JsonElement group in Groups(file))
        {
            PublicKey key = PublicKey.FromSubjectPublicKeyInfo(Hex(group, "publicKeyDer"));
            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
            {
                seen++;
                bool verified = key.Verify(algorithm, MessageType.Raw, Hex(test, "msg"), Hex(test, "sig"));
                Note(wrong, test, verified);
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(count, seen);
    }

    [Theory]
    [InlineData("ecdsa_secp256r1_sha256_test", "300A06082A8648CE3D040302")]
    [InlineData("rsa_signature_2048_sha256_test", RsaSha256)]
    [InlineData("rsa_signature_3072_sha256_test", RsaSha256)]
    [InlineData("rsa_pss_2048_sha256_mgf1_32_test", RsaPss)]
    [InlineData("rsa_pss_3072_sha256_mgf1_32_test", RsaPss)]
    public void Verifies_exactly_the_valid_signatures_as_of_certificates(string file, string algorithmIdentifier)
    {
        byte[] identifier = Convert.FromHexString(algorithmIdentifier);
        var wrong = new List<int>();
        foreach (JsonElement group in Groups(file))
        {
            byte[] key = Hex(group, "publicKeyDer");
            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
            {
                byte[] signature = Hex(test, "sig");
                bool verified = X509Signature.Verify(identifier, key, Hex(test, "msg"), signature, out var failure);
                Assert.Equal(verified ? X509SignatureFailure.None : X509SignatureFailure.Bad, failure);
                Note(wrong, test, verified);
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("rsa_oaep_2048_sha1_mgf1sha1_test", "RSAES_OAEP_SHA_1", 36)]
    [InlineData("rsa_oaep_2048_sha256_mgf1sha256_test", "RSAES_OAEP_SHA_256", 37)]
    public void Decrypts_exactly_the_valid_ciphertexts_with_an_empty_label(string file, string algorithmName, int count)
    {
        Assert.True(EncryptionAlgorithm.TryParse(algorithmName, out var algorithm));
        var wrong = new List<int>();
        int seen = 0;
        foreach (JsonElement group in Groups(file))
        {
            using PrivateKey key = PrivateKey.FromPkcs8(Hex(group, "privateKeyPkcs8"));
            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
            {
                seen++;
                bool decrypted = key.TryDecrypt(algorithm, Hex(test, "ct"), out byte[] plaintext);
                Assert.True(decrypted || plaintext.Length == 0);
                bool hasLabel = Hex(test, "label").Length > 0;
                bool valid = Result(test) is "valid" && !hasLabel;
                if (valid != decrypted || (valid && !plaintext.SequenceEqual(Hex(test, "msg"))))
                {
                    wrong.Add(test.GetProperty("tcId").GetInt32());
                }
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(count, seen);
    }

    private static JsonElement.ArrayEnumerator Groups(string file) =>
        SharedVectors.Json($"wycheproof/{file}.json.gz").GetProperty("testGroups").EnumerateArray();

    private static void Note(List<int> wrong, JsonElement test, bool verified)
    {
        if (verified != (Result(test) is "valid"))
        {
            wrong.Add(test.GetProperty("tcId").GetInt32());
        }
    }

    private static string? Result(JsonElement test) => test.GetProperty("result").GetString();

    private static byte[] Hex(JsonElement element, string name) =>
        Convert.FromHexString(element.GetProperty(name).GetString()!);
}
