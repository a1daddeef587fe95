using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Keys;

public class KeySpecTests
{
    [Theory]
    [InlineData("RSA_2048", "RSA_PKCS1_SHA_256 RSA_PSS_SHA_256", "RSAES_OAEP_SHA_1 RSAES_OAEP_SHA_256")]
    [InlineData("EC_P256", "ECDSA_SHA_256", "")]
    [InlineData("EC_SM2", "SM2DSA", "SM2PKE")]
    public void Each_spec_has_its_algorithms(string name, string signing, string encryption)
    {
        Assert.True(KeySpec.TryParse(name, out var spec));
        Assert.Equal(name, spec.Name);
        Assert.Equal(signing, string.Join(' ', spec.SigningAlgorithms));
        Assert.Equal(encryption, string.Join(' ', spec.EncryptionAlgorithms));
    }

    [Theory]
    [InlineData("")]
    [InlineData("rsa_2048")]
    [InlineData("RSA_3072")]
    [InlineData("EC_P256K")]
    [InlineData(" EC_SM2")]
    [InlineData("SM2DSA")]
    public void Other_names_are_no_spec(string name)
    {
        Assert.False(KeySpec.TryParse(name, out var spec));
        Assert.Null(spec);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sm2dsa")]
    [InlineData("RSA_PKCS1_SHA_1")]
    [InlineData("RSAES_OAEP_SHA_1")]
    public void Other_names_are_no_signing_algorithm(string name) =>
        Assert.False(SigningAlgorithm.TryParse(name, out _));

    [Theory]
    [InlineData("")]
    [InlineData("RSAES_PKCS1_V1_5")]
    [InlineData("RSAES_OAEP_SHA256")]
    [InlineData("SM2DSA")]
    public void Other_names_are_no_encryption_algorithm(string name) =>
        Assert.False(EncryptionAlgorithm.TryParse(name, out _));

    [Fact]
    public void Plaintext_limits_are_the_documented_ones()
    {
        Assert.Equal([214, 190, 6047], EncryptionAlgorithm.All.Select(algorithm => algorithm.MaximumPlaintext));
        Assert.Equal([0, 0, 1], EncryptionAlgorithm.All.Select(algorithm => algorithm.MinimumPlaintext));
        Assert.All(SigningAlgorithm.All, algorithm => Assert.Equal(32, algorithm.DigestSize));
    }
}
