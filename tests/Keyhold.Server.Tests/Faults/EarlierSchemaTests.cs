using System.Security.Cryptography;
using System.Text.Json;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Server.Tests.Cli;
using Keyhold.Server.Tests.Operations;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Faults;

/// <summary>Databases that the programs of earlier schema versions wrote: migrated, they answer as they did then.</summary>
public sealed class EarlierSchemaTests : IAsyncDisposable
{
    /// <summary>After the certificates' beginning, long before their end.</summary>
    private static readonly DateTimeOffset Now = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly CliUnderTest cli = new();

    public static TheoryData<int, DatabaseKind> Cases
    {
        get
        {
            var cases = new TheoryData<int, DatabaseKind>();
            foreach (var version in EarlierInstallation.Versions)
            {
                cases.Add(version, DatabaseKind.Sqlite);
                cases.Add(version, DatabaseKind.Postgres);
            }

            return cases;
        }
    }

    public ValueTask DisposeAsync() => cli.DisposeAsync();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Migrated_it_answers_the_same(int version, DatabaseKind kind)
    {
        var earlier = new EarlierInstallation(version);
        string[] database = [];
        if (kind == DatabaseKind.Sqlite)
        {
            earlier.WriteFolder(cli.DataFolder);
        }
        else
        {
            var connectionString = await SharedPostgres.CreateEmptyAsync();
            await earlier.WritePostgresAsync(connectionString, cli.DataFolder);
            database = ["--database", connectionString];
        }

        cli.Time.SetUtcNow(Now);
        cli.Environment["KEYHOLD_ACCESS_KEY_ID"] = FaultClient.AccessKeyId;
        cli.Environment["KEYHOLD_ACCESS_KEY_SECRET"] = FaultClient.Secret;
        (await cli.RunAsync(["database", "migrate", "--data", cli.DataFolder, .. database])).Succeeded();
        await cli.StartAsync(options =>
            options with
            {
                Dev = false,
                InitialAccessKey = null,
                RootKey = new RootKeyPlace.File(EarlierInstallation.RootKeyIn(cli.DataFolder)),
                Database = database is [_, var place] ? DatabasePlace.Parse(place) : DatabasePlace.InDataFolder,
            }
        );

        var expected = earlier.Expected;
        foreach (var certificate in expected.GetProperty("Certificates").EnumerateArray())
        {
            await AnswersTheSameAsync(certificate);
        }

        var ids = expected.GetProperty("Certificates").EnumerateArray().Select(each => Text(each, "CertificateId"));
        foreach (var user in expected.GetProperty("Users").EnumerateArray())
        {
            await MayTheSameAsync(user, ids.First());
        }

        await cli.StopAsync();
        (await cli.RunAsync(["audit", "verify", cli.DataFolder, .. database])).Succeeded();
    }

    [Fact]
    public void There_is_one_for_each_version_before_this_one() =>
        Assert.All(
            EarlierInstallation.Versions,
            version =>
                Assert.NotEmpty(new EarlierInstallation(version).Expected.GetProperty("Certificates").EnumerateArray())
        );

    private async Task AnswersTheSameAsync(JsonElement certificate)
    {
        var id = Text(certificate, "CertificateId");
        AssertSame(certificate.GetProperty("Described"), await AskAsync("DescribeCertificate", $"CertificateId={id}"));
        AssertSame(certificate.GetProperty("Content"), await AskAsync("GetCertificate", $"CertificateId={id}"));
        var status = Text(certificate, "Status");
        if (status is "PENDING")
        {
            return;
        }

        // 1. The key of then, with the signature and the ciphertext of then.
        var algorithm = $"Algorithm={Text(certificate, "Algorithm")}";
        string[] message =
        [
            $"CertificateId={id}",
            algorithm,
            "MessageType=RAW",
            $"Message={Scenario.Base64("message")}",
        ];
        if (status is "ACTIVE")
        {
            await VerifiesAsync(Text(certificate, "Signature"));
            if (certificate.TryGetProperty("Ciphertext", out var ciphertext))
            {
                var opened = await AskAsync(
                    "CertificatePrivateKeyDecrypt",
                    $"CertificateId={id}",
                    $"Algorithm={Text(certificate, "Encryption")}",
                    $"CiphertextBlob={ciphertext.GetString()}"
                );
                Assert.Equal(Scenario.Base64("message"), Text(opened, "Plaintext"));
            }

            // 2. And a signature of now, by the public key.
            var signed = Text(await AskAsync("CertificatePrivateKeySign", message), "SignatureValue");
            await VerifiesAsync(signed);
            if (Text(certificate, "KeySpec") is "EC_P256")
            {
                RequireSignature(Text(certificate.GetProperty("Described"), "SubjectPublicKey"), signed);
            }
        }
        else
        {
            (await cli.RunAsync(["api", "CertificatePrivateKeySign", .. message])).WasRefused("Rejected.");
        }

        async Task VerifiesAsync(string signature)
        {
            var verified = await AskAsync("CertificatePublicKeyVerify", [.. message, $"SignatureValue={signature}"]);
            Assert.True(verified.GetProperty("SignatureValid").GetBoolean());
        }
    }

    private async Task MayTheSameAsync(JsonElement user, string certificateId)
    {
        cli.Environment["KEYHOLD_ACCESS_KEY_ID"] = Text(user, "AccessKeyId");
        cli.Environment["KEYHOLD_ACCESS_KEY_SECRET"] = Text(user, "Secret");
        var canRead = await cli.RunAsync("api", "DescribeCertificate", $"CertificateId={certificateId}");
        var canSign = await cli.RunAsync(
            "api",
            "CertificatePrivateKeySign",
            $"CertificateId={certificateId}",
            "Algorithm=ECDSA_SHA_256",
            "MessageType=RAW",
            $"Message={Scenario.Base64("message")}"
        );
        var isReader = Text(user, "UserName") is "reader";
        (isReader ? canRead : canSign).Succeeded();
        (isReader ? canSign : canRead).WasRefused("Forbidden.NoPermission");
    }

    private async Task<JsonElement> AskAsync(string action, params string[] parameters) =>
        (await cli.RunAsync(["api", action, .. parameters, "--json"])).Succeeded().Json;

    /// <summary>Each field of then is there and the same; there may be new ones.</summary>
    private static void AssertSame(JsonElement then, JsonElement now) =>
        Assert.All(
            then.EnumerateObject(),
            field =>
            {
                var today = now.GetProperty(field.Name);
                Assert.True(JsonElement.DeepEquals(field.Value, today), $"{field} is {today} now.");
            }
        );

    private static void RequireSignature(string publicKey, string signature)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(publicKey);
        Assert.True(
            key.VerifyData(
                "message"u8,
                Convert.FromBase64String(signature),
                HashAlgorithmName.SHA256,
                DSASignatureFormat.Rfc3279DerSequence
            )
        );
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
