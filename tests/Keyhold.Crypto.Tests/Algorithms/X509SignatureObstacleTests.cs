using System.Formats.Asn1;
using Keyhold.Crypto.Algorithms;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Algorithms;

public class X509SignatureObstacleTests
{
    private const string Sha224 = "2.16.840.1.101.3.4.2.4";
    private const string Sha512With256 = "2.16.840.1.101.3.4.2.6";

    [Theory]
    [InlineData(ObjectIdentifiers.Sha256, ObjectIdentifiers.Sha1, 32, 1, "RSA-PSS with SHA-256 but MGF1 with SHA-1")]
    [InlineData(ObjectIdentifiers.Sha1, ObjectIdentifiers.Sha256, 20, 1, "RSA-PSS with SHA-1 but MGF1 with SHA-256")]
    [InlineData(ObjectIdentifiers.Sha256, "1.2.3", 32, 1, "RSA-PSS with SHA-256 but MGF1 with the hash 1.2.3")]
    [InlineData(Sha224, Sha224, 28, 1, "RSA-PSS with SHA-224")]
    [InlineData(Sha512With256, Sha512With256, 32, 1, "RSA-PSS with SHA-512/256")]
    [InlineData(ObjectIdentifiers.Sha256, ObjectIdentifiers.Sha256, 513, 1, "RSA-PSS with a salt of 513 bytes")]
    [InlineData(ObjectIdentifiers.Sha256, ObjectIdentifiers.Sha256, 32, 2, "RSA-PSS with the trailer 2")]
    public void Names_what_of_PSS_is_not_verified(
        string hash,
        string maskHash,
        int salt,
        int trailer,
        string expected
    ) =>
        Assert.Equal(
            expected,
            X509SignatureObstacle.Describe(Pss(ObjectIdentifiers.Mgf1, hash, maskHash, salt, trailer))
        );

    [Fact]
    public void Names_another_mask_generation_function() =>
        Assert.Equal(
            "RSA-PSS with a mask generation function other than MGF1",
            X509SignatureObstacle.Describe(Pss("1.2.3", ObjectIdentifiers.Sha256, ObjectIdentifiers.Sha256, 32, 1))
        );

    [Theory]
    [InlineData("1.2.840.113549.1.1.14", "RSA with SHA-224")]
    [InlineData("1.2.840.113549.1.1.16", "RSA with SHA-512/256")]
    [InlineData(ObjectIdentifiers.Sha3With224WithRsa, "RSA with SHA3-224")]
    [InlineData("1.2.840.10045.4.3.1", "ECDSA with SHA-224")]
    [InlineData("1.3.101.113", "Ed448")]
    [InlineData("1.2.3.4", "the algorithm 1.2.3.4")]
    [InlineData(ObjectIdentifiers.RsaPss, "RSA-PSS with parameters that are absent or malformed")]
    public void Names_other_algorithms(string algorithm, string expected) =>
        Assert.Equal(
            expected,
            X509SignatureObstacle.Describe(Sequence(writer => writer.WriteObjectIdentifier(algorithm)))
        );

    [Fact]
    public void Names_parameters_that_do_not_belong_to_the_algorithm()
    {
        byte[] withNull = Sequence(writer =>
        {
            writer.WriteObjectIdentifier(ObjectIdentifiers.EcdsaWithSha256);
            writer.WriteNull();
        });
        Assert.Contains(
            "parameters that it may not have",
            X509SignatureObstacle.Describe(withNull),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("0500")]
    [InlineData("3000")]
    public void Says_so_of_what_cannot_be_read(string der) =>
        Assert.Contains(
            "cannot be read",
            X509SignatureObstacle.Describe(Convert.FromHexString(der)),
            StringComparison.Ordinal
        );

    private static byte[] Pss(string function, string hash, string maskHash, int salt, int trailer) =>
        Sequence(writer =>
        {
            writer.WriteObjectIdentifier(ObjectIdentifiers.RsaPss);
            using var fields = writer.PushSequence();
            Field(writer, 0, () => writer.WriteEncodedValue(Sequence(one => one.WriteObjectIdentifier(hash))));
            Field(
                writer,
                1,
                () =>
                {
                    using var mask = writer.PushSequence();
                    writer.WriteObjectIdentifier(function);
                    writer.WriteEncodedValue(Sequence(one => one.WriteObjectIdentifier(maskHash)));
                }
            );
            Field(writer, 2, () => writer.WriteInteger(salt));
            Field(writer, 3, () => writer.WriteInteger(trailer));
        });

    private static void Field(AsnWriter writer, int number, Action write)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, number)))
        {
            write();
        }
    }

    private static byte[] Sequence(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            write(writer);
        }

        return writer.Encode();
    }
}
