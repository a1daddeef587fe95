using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Keyhold.Server.Tests.Operations;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Faults;

/// <summary>Two nodes, each a process of its own, that work on the same certificate at once.</summary>
[Collection(FaultsInTurn.Name)]
public sealed class SameCertificateTests : IDisposable
{
    private const int Rounds = 30;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-faults-");
    private readonly TestAuthority authority = TestAuthority.CreateRoot(
        KeySpec.EcP256,
        "CN=Shared Root,O=Example,C=DE",
        TimeProvider.System
    );

    public void Dispose()
    {
        authority.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Of_different_uploads_at_once_each_is_kept_whole_or_refused_with_409()
    {
        var database = await SharedPostgres.CreateEmptyAsync();
        using var one = await FaultNode.StartAsync(PathOf("one"), database);
        using var two = await FaultNode.StartAsync(
            PathOf("two"),
            database,
            "--root-key",
            $"file:{Path.Combine(PathOf("one"), "root.key")}"
        );
        var conflicts = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var (id, csr) = await CreateAsync(one.Client);
            string[] leaves = [authority.Issue(csr).Pem, authority.Issue(csr).Pem];
            var replies = await Task.WhenAll(
                from upload in new[] { (one, leaves[0]), (two, leaves[1]), (two, leaves[0]), (one, leaves[1]) }
                select Task.Run(() => UploadAsync(upload.Item1.Client, id, upload.Item2))
            );

            Assert.All(replies, reply => Assert.True(reply.Status is 200 or 409, reply.Text));
            Assert.Contains(replies, reply => reply.IsGood);
            conflicts += replies.Count(reply => reply.Status == 409);
            var seen = await Task.WhenAll(DescribeAsync(one.Client, id), DescribeAsync(two.Client, id));
            Assert.Equal(seen[0], seen[1]);
            Assert.Equal("ACTIVE", seen[0].Status);
            Assert.Contains(seen[0].Pem, leaves);

            // Whoever won, the history takes the other one, and the first again without a second entry.
            (await UploadAsync(two.Client, id, leaves[0])).Ok();
            (await UploadAsync(one.Client, id, leaves[1])).Ok();
            (await SignAsync(two.Client, id)).Ok();
        }

        Assert.Equal(
            2L * Rounds,
            await (await SharedPostgres.ServerAsync()).AskAsync(
                DatabaseOf(database),
                "SELECT count(*) FROM certificate_uploads"
            )
        );
        TestContext.Current.SendDiagnosticMessage($"{conflicts} of {4 * Rounds} uploads were refused");
        (await two.StopAsync()).Succeeded();
        (await one.StopAsync()).Succeeded();
        await FaultFolder.VerifyTrailAsync(PathOf("one"), database);
        await FaultFolder.VerifyTrailAsync(PathOf("two"), database);
    }

    [Fact]
    public async Task A_deletion_against_an_upload_leaves_one_whole_certificate_or_none()
    {
        var database = await SharedPostgres.CreateEmptyAsync();
        using var one = await FaultNode.StartAsync(PathOf("one"), database);
        using var two = await FaultNode.StartAsync(
            PathOf("two"),
            database,
            "--root-key",
            $"file:{Path.Combine(PathOf("one"), "root.key")}"
        );
        for (var round = 0; round < Rounds; round++)
        {
            var (id, csr) = await CreateAsync(one.Client);
            var leaf = authority.Issue(csr).Pem;
            var upload = Task.Run(() => UploadAsync(one.Client, id, leaf));
            var deleted = await two.Client.CallAsync("DeleteCertificate", ("CertificateId", id));
            var uploaded = await upload;
            Assert.True(uploaded.Status is 200 or 404 or 409, uploaded.Text);
            Assert.True(deleted.Status is 200 or 409, deleted.Text);
            var found = await one.Client.CallAsync("GetCertificate", ("CertificateId", id));
            if (deleted.IsGood)
            {
                Assert.Equal(404, found.Status);
            }
            else
            {
                Assert.Equal(leaf, found.Ok()["Certificate"]);
                (await SignAsync(two.Client, id)).Ok();
            }
        }
    }

    private string PathOf(string name) => Path.Combine(folder.FullName, name);

    private static string DatabaseOf(string connectionString) => connectionString.Split("Database=")[1].Split(';')[0];

    private static async Task<(string Id, SigningRequest Csr)> CreateAsync(FaultClient client)
    {
        var created = await client.CallAsync(
            "CreateCertificate",
            ("KeySpec", "EC_P256"),
            ("Subject", "CN=shared.example,OU=web,O=Example,C=DE")
        );
        return (created.Ok()["CertificateId"], SigningRequest.FromPem(created["Csr"]));
    }

    private Task<FaultReply> UploadAsync(FaultClient client, string id, string leaf) =>
        client.CallAsync(
            "UploadCertificate",
            ("CertificateId", id),
            ("Certificate", leaf),
            ("CertificateChain", authority.ChainPem)
        );

    private static async Task<(string Status, string Serial, string Pem)> DescribeAsync(FaultClient client, string id)
    {
        var described = (await client.CallAsync("DescribeCertificate", ("CertificateId", id))).Ok();
        var content = (await client.CallAsync("GetCertificate", ("CertificateId", id))).Ok();
        return (described["Status"], described["Serial"], content["Certificate"]);
    }

    private static Task<FaultReply> SignAsync(FaultClient client, string id) =>
        client.CallAsync(
            "CertificatePrivateKeySign",
            ("CertificateId", id),
            ("Algorithm", "ECDSA_SHA_256"),
            ("MessageType", "RAW"),
            ("Message", Scenario.Base64("message"))
        );
}
