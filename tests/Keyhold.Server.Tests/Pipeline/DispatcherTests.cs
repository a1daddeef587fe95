using System.Text;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Tests.Operations;
using Microsoft.Data.Sqlite;

namespace Keyhold.Server.Tests.Pipeline;

/// <summary>The road of a request: each check refuses in its documented way, and in the right order.</summary>
public class DispatcherTests : OperationTest
{
    private const string Host = "127.0.0.1:8710";
    private const string LeakedKey =
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAAA\n-----END PRIVATE KEY-----\n";

    [Fact]
    public async Task An_unknown_access_key_is_not_found() =>
        (await Keyhold.CallAsync("KHnobody", KeyholdUnderTest.Secret, "DescribeRegions")).Refused(
            404,
            "InvalidAccessKeyId.NotFound",
            "The Access Key ID provided does not exist in our records."
        );

    [Fact]
    public async Task A_wrong_secret_gets_the_text_that_V3_clients_parse() =>
        (await Keyhold.CallAsync(KeyholdUnderTest.AccessKeyId, "wrong", "DescribeRegions")).Refused(
            400,
            "SignatureDoesNotMatch",
            "Specified signature does not match our calculation. server StringToSign is [ACS3-HMAC-SHA256\n"
        );

    [Fact]
    public async Task A_wrong_secret_gets_the_text_that_V1_clients_parse()
    {
        var reply = await Keyhold.SendAsync(V1("wrong", "n1", "DescribeRegions"));
        reply.Refused(
            400,
            "SignatureDoesNotMatch",
            "Specified signature is not matched with our calculation. server string to sign is:GET&%2F&AccessKeyId%3D"
        );
    }

    [Fact]
    public async Task The_V1_echo_does_not_repeat_a_private_key()
    {
        var reply = await Keyhold.SendAsync(V1("wrong", "n1", "DescribeRegions", ("Any", LeakedKey)));
        reply.Refused(400, "SignatureDoesNotMatch");
        Assert.DoesNotContain("MC4CAQ", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_is_good_once()
    {
        var request = V1(KeyholdUnderTest.Secret, "once", "DescribeRegions");
        (await Keyhold.SendAsync(request)).Ok();
        (await Keyhold.SendAsync(request)).Refused(
            400,
            "SignatureNonceUsed",
            "Specified signature nonce was used already."
        );
    }

    [Fact]
    public async Task A_nonce_is_spent_by_a_good_signature_only()
    {
        (await Keyhold.SendAsync(V1("wrong", "shared", "DescribeRegions"))).Refused(400, "SignatureDoesNotMatch");
        (await Keyhold.SendAsync(V1(KeyholdUnderTest.Secret, "shared", "DescribeRegions"))).Ok();
    }

    [Fact]
    public async Task Without_a_nonce_a_change_is_good_once_and_a_read_again_and_again()
    {
        var create = V1(KeyholdUnderTest.Secret, "", "CreateAccessKey");
        (await Keyhold.SendAsync(create)).Ok();
        (await Keyhold.SendAsync(create)).Refused(400, "SignatureNonceUsed");
        var read = V1(KeyholdUnderTest.Secret, "", "ListAccessKeys");
        (await Keyhold.SendAsync(read)).Ok();
        (await Keyhold.SendAsync(read)).Ok();
    }

    [Theory]
    [InlineData(-16)]
    [InlineData(16)]
    public async Task A_clock_that_is_off_by_16_minutes_is_refused(int minutes)
    {
        var request = V1(KeyholdUnderTest.Secret, "late", "DescribeRegions");
        Keyhold.Time.SetUtcNow(KeyholdUnderTest.Now.AddHours(1));
        var stale = SignatureV1.Sign(
            Credential(KeyholdUnderTest.Secret),
            Host,
            "DescribeRegions",
            [],
            Keyhold.Time.GetUtcNow().AddMinutes(minutes),
            "n",
            inBody: false,
            "GET",
            "HMAC-SHA1"
        );
        (await Keyhold.SendAsync(stale)).Refused(
            400,
            "InvalidTimeStamp.Expired",
            "Specified time stamp or date value is expired."
        );
        (await Keyhold.SendAsync(request)).Refused(400, "InvalidTimeStamp.Expired");
    }

    [Fact]
    public async Task An_unknown_action_is_not_found() =>
        (await Keyhold.CallAsync("MakeCoffee")).Refused(
            404,
            "InvalidAction.NotFound",
            "Specified api is not found, please check your url and method."
        );

    [Fact]
    public async Task A_security_token_is_refused_since_nobody_would_check_it()
    {
        var reply = await Keyhold.SendAsync(
            V1(KeyholdUnderTest.Secret, "n", "DescribeRegions", ("SecurityToken", "token"))
        );
        reply.Refused(400, "InvalidSecurityToken.Malformed", "SecurityToken");
    }

    [Fact]
    public async Task A_private_key_in_any_parameter_is_refused_and_not_repeated()
    {
        var reply = await Keyhold.CallAsync("CreateCertificate", ("Subject", LeakedKey));
        reply.Refused(400, "InvalidParameter", "Subject", "private key");
        Assert.DoesNotContain("MC4CAQ", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_key_in_a_parameters_name_is_refused_too()
    {
        var reply = await Keyhold.CallAsync("DescribeRegions", (LeakedKey, "v"));
        reply.Refused(400, "InvalidParameter", "name", "private key");
        Assert.DoesNotContain("MC4CAQ", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_request_id_in_the_answer_is_a_lower_case_UUID()
    {
        var reply = (await Keyhold.CallAsync("DescribeRegions")).Ok();
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", reply["RequestId"]);
    }

    [Fact]
    public async Task A_tampered_row_is_not_obeyed_and_its_detail_stays_inside()
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        await Scenario.SetStatusAsync(id, "REVOKED");
        Execute("UPDATE certificates SET status = 'ACTIVE'");

        var reply = await Keyhold.CallAsync(
            "CertificatePrivateKeySign",
            ("CertificateId", id),
            ("Algorithm", "ECDSA_SHA_256"),
            ("Message", Scenario.Base64("m"))
        );

        reply.Refused(500, "InternalFailure", "Internal Failure.");
        Assert.DoesNotContain("certificates", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_key_moved_to_another_certificate_does_not_open()
    {
        var (victim, _, _) = await Scenario.ActiveAsync();
        var (mine, _, _) = await Scenario.ActiveAsync();
        Execute(
            $"""
            UPDATE certificates
            SET sealed_private_key = (SELECT sealed_private_key FROM certificates WHERE certificate_id = '{victim}')
            WHERE certificate_id = '{mine}'
            """
        );
        (
            await Keyhold.CallAsync(
                "CertificatePrivateKeySign",
                ("CertificateId", mine),
                ("Algorithm", "ECDSA_SHA_256"),
                ("Message", Scenario.Base64("m"))
            )
        ).Refused(500, "InternalFailure");
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Keyhold.DataFolder, "keyhold.db")}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0);
    }

    private SignedRequest V1(string secret, string nonce, string action, params (string, string)[] parameters) =>
        SignatureV1.Sign(
            Credential(secret),
            Host,
            action,
            parameters.Select(parameter => KeyValuePair.Create(parameter.Item1, parameter.Item2)),
            Keyhold.Time.GetUtcNow(),
            nonce,
            inBody: false,
            "GET",
            "HMAC-SHA1"
        );

    private static SigningCredential Credential(string secret) =>
        new(KeyholdUnderTest.AccessKeyId, Encoding.UTF8.GetBytes(secret));
}
