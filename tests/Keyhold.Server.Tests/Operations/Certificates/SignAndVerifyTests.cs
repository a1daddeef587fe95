using System.Security.Cryptography;
using System.Text;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.Certificates;

public abstract class SignAndVerifyTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : SignAndVerifyTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : SignAndVerifyTests(DatabaseKind.Postgres);

    [Theory]
    [InlineData("RSA_2048", "RSA_PKCS1_SHA_256")]
    [InlineData("RSA_2048", "RSA_PSS_SHA_256")]
    [InlineData("EC_P256", "ECDSA_SHA_256")]
    [InlineData("EC_SM2", "SM2DSA")]
    [Case("CertificatePrivateKeySign", CaseKind.Good)]
    [Case("CertificatePublicKeyVerify", CaseKind.Good)]
    public async Task A_signature_verifies_and_does_not_for_another_message(string keySpec, string algorithm)
    {
        var (id, _, _) = await Scenario.ActiveAsync(keySpec);
        var signature = (await SignAsync(id, algorithm, "the message")).Ok()["SignatureValue"];

        Assert.True(await VerifyAsync(id, algorithm, "the message", signature));
        Assert.False(await VerifyAsync(id, algorithm, "another message", signature));
        Assert.False(await VerifyAsync(id, algorithm, "the message", Scenario.Base64("no signature")));
    }

    [Theory]
    [InlineData("RSA_2048", "RSA_PKCS1_SHA_256")]
    [InlineData("EC_P256", "ECDSA_SHA_256")]
    public async Task A_digest_signs_like_its_message(string keySpec, string algorithm)
    {
        var (id, _, _) = await Scenario.ActiveAsync(keySpec);
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes("the message"));
        var signed = await Keyhold.CallAsync(
            "CertificatePrivateKeySign",
            ("CertificateId", id),
            ("Algorithm", algorithm),
            ("MessageType", "DIGEST"),
            ("Message", Convert.ToBase64String(digest))
        );
        Assert.True(await VerifyAsync(id, algorithm, "the message", signed.Ok()["SignatureValue"]));
    }

    [Fact]
    public async Task Signing_goes_on_after_the_certificate_expired()
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        Keyhold.Time.Advance(TimeSpan.FromDays(10_000));
        (await SignAsync(id, "ECDSA_SHA_256", "late")).Ok();
    }

    [Theory]
    [InlineData("Algorithm", "RSA_PKCS1_SHA_256", "EC_P256")]
    [InlineData("Algorithm", "ecdsa", "ECDSA_SHA_256")]
    [InlineData("MessageType", "HASH", "DIGEST")]
    [InlineData("MessageType", "DIGEST", "32 bytes")]
    [InlineData("Message", "not base64!", "base64")]
    [InlineData("Message", "QQ", "base64")]
    [Case("CertificatePrivateKeySign", CaseKind.BadParameter)]
    public async Task Names_the_parameter_that_is_wrong(string parameter, string value, string told)
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["CertificateId"] = id,
            ["Algorithm"] = "ECDSA_SHA_256",
            ["Message"] = Scenario.Base64("m"),
            [parameter] = value,
        };
        var reply = await Keyhold.CallAsync(
            "CertificatePrivateKeySign",
            [.. parameters.Select(pair => (pair.Key, (string?)pair.Value))]
        );
        reply.Refused(400, "InvalidParameter", "The specified parameter is not valid.", told);
    }

    [Fact]
    public async Task A_message_of_4096_bytes_is_signed_and_one_more_is_refused()
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        (await SignAsync(id, "ECDSA_SHA_256", new string('m', 4096))).Ok();
        (await SignAsync(id, "ECDSA_SHA_256", new string('m', 4097))).Refused(
            400,
            "InvalidParameter",
            "Message",
            "4096"
        );
    }

    [Fact]
    public async Task A_signature_of_any_length_is_just_not_valid()
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        Assert.False(await VerifyAsync(id, "ECDSA_SHA_256", "m", Convert.ToBase64String(new byte[5000])));
    }

    [Fact]
    [Case("CertificatePublicKeyVerify", CaseKind.BadParameter)]
    public async Task Broken_base64_of_a_signature_is_an_invalid_parameter()
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        var reply = await Keyhold.CallAsync(
            "CertificatePublicKeyVerify",
            ("CertificateId", id),
            ("Algorithm", "ECDSA_SHA_256"),
            ("Message", Scenario.Base64("m")),
            ("SignatureValue", "%%%")
        );
        reply.Refused(400, "InvalidParameter", "SignatureValue");
    }

    private Task<TestReply> SignAsync(string id, string algorithm, string message) =>
        Keyhold.CallAsync(
            "CertificatePrivateKeySign",
            ("CertificateId", id),
            ("Algorithm", algorithm),
            ("Message", Scenario.Base64(message))
        );

    private async Task<bool> VerifyAsync(string id, string algorithm, string message, string signature) =>
        (
            await Keyhold.CallAsync(
                "CertificatePublicKeyVerify",
                ("CertificateId", id),
                ("Algorithm", algorithm),
                ("Message", Scenario.Base64(message)),
                ("SignatureValue", signature)
            )
        )
            .Ok()
            .Json.GetProperty("SignatureValid")
            .GetBoolean();
}
