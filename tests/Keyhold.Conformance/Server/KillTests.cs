using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keyhold.Conformance.Clients;

namespace Keyhold.Conformance.Server;

/// <summary>kill -9 under load, again and again: whatever was answered is there afterwards, and right.</summary>
public sealed class KillTests(ConformanceFixture conformance) : IDisposable
{
    private const int Rounds = 5;
    private const int Workers = 6;
    private const string Algorithm = "ECDSA_SHA_256";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keyhold-conformance-kill-");
    private readonly ConcurrentDictionary<string, Expectation> _expected = new(StringComparer.Ordinal);

    /// <summary>
    /// What was answered for one certificate. While a request is on its way, what it would make true may hold as well.
    /// </summary>
    private sealed record Expectation(string Status, string Certificate)
    {
        public string[] Statuses { get; init; } = [Status];
        public string[] Certificates { get; init; } = [Certificate];
        public bool MayBeGone { get; init; }
        public bool IsGone { get; init; }
    }

    [Fact]
    public async Task Nothing_that_was_answered_is_lost()
    {
        using var authority = new FastAuthority();
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = await KeyholdServer.StartAsync(Path.Combine(_folder.FullName, "data"));
            var api = new Api(conformance.Node, server.Host);
            await CheckAsync(api);
            var known = _expected.Count;
            var load = Enumerable.Range(0, Workers).Select(_ => WorkUntilKilledAsync(api, authority)).ToList();
            // Not before something was written, and then at any moment.
            while (_expected.Count < known + Workers && !load.Any(one => one.IsFaulted))
                await Task.Delay(5);
            await Task.Delay(RandomNumberGenerator.GetInt32(700));
            await server.KillAsync();
            await Task.WhenAll(load);
        }
        await using var last = await KeyholdServer.StartAsync(Path.Combine(_folder.FullName, "data"));
        await CheckAsync(new Api(conformance.Node, last.Host));
        Assert.True(_expected.Count >= Rounds * Workers, $"only {_expected.Count} certificates were made");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task WorkUntilKilledAsync(Api api, FastAuthority authority)
    {
        try
        {
            while (true)
                await LiveOnceAsync(api, authority);
        }
        catch (RefusedException refused) when (refused.Refusal.Status == 0)
        {
            // No answer: the server is gone, which is the point.
        }
    }

    private async Task LiveOnceAsync(Api api, FastAuthority authority)
    {
        var certificate = await HostedCertificate.CreateAsync(api, Specs.P256);
        _expected[certificate.CertificateId] = new Expectation("PENDING", "");
        for (var renewal = 0; renewal < 2; renewal++)
        {
            var leaf = authority.Issue(certificate.Csr);
            await ChangeAsync(certificate, "ACTIVE", leaf, () => certificate.UploadAsync(leaf, authority.Pem));
            await ChangeAsync(certificate, "INACTIVE", leaf, () => certificate.SetStatusAsync("INACTIVE"));
            await ChangeAsync(certificate, "ACTIVE", leaf, () => certificate.SetStatusAsync("ACTIVE"));
        }
        switch (RandomNumberGenerator.GetInt32(4))
        {
            case 0:
                var current = _expected[certificate.CertificateId].Certificate;
                await ChangeAsync(certificate, "REVOKED", current, () => certificate.SetStatusAsync("REVOKED"));
                break;
            case 1:
                await DeleteAsync(certificate);
                break;
            default:
                break;
        }
    }

    private async Task ChangeAsync(HostedCertificate certificate, string status, string leaf, Func<Task> change)
    {
        var before = _expected[certificate.CertificateId];
        _expected[certificate.CertificateId] = before with
        {
            Statuses = [before.Status, status],
            Certificates = [before.Certificate, leaf],
        };
        await change();
        _expected[certificate.CertificateId] = new Expectation(status, leaf);
    }

    private async Task DeleteAsync(HostedCertificate certificate)
    {
        var before = _expected[certificate.CertificateId];
        _expected[certificate.CertificateId] = before with { MayBeGone = true };
        await certificate.DeleteAsync();
        _expected[certificate.CertificateId] = before with { IsGone = true };
    }

    private async Task CheckAsync(Api api)
    {
        foreach (var batch in _expected.ToArray().Chunk(16))
            await Task.WhenAll(batch.Select(one => CheckAsync(api, one.Key, one.Value)));
    }

    private async Task CheckAsync(Api api, string certificateId, Expectation expected)
    {
        var certificate = new HostedCertificate(api, certificateId, Specs.P256, "");
        if (expected.IsGone)
        {
            await certificate.RefusedAsync(404, "Certificate.NotFound", "GetCertificate");
            return;
        }
        try
        {
            var status = await certificate.StatusAsync();
            var content = await certificate.GetAsync();
            Assert.Contains(status, expected.Statuses, StringComparer.Ordinal);
            Assert.Contains(content.Text("Certificate"), expected.Certificates, StringComparer.Ordinal);
            if (status is "ACTIVE")
                await CheckKeyAsync(certificate, content.Text("Certificate"));
            // From now on exactly what was found must stay.
            _expected[certificateId] = new Expectation(status, content.Text("Certificate"));
        }
        catch (RefusedException refused) when (expected.MayBeGone && refused.Refusal.Status == 404)
        {
            _expected[certificateId] = expected with { IsGone = true };
        }
    }

    private static async Task CheckKeyAsync(HostedCertificate certificate, string pem)
    {
        byte[] message = [1, 2, 3];
        var signature = await certificate.SignAsync(Algorithm, message);
        using var parsed = X509Certificate2.CreateFromPem(pem);
        using var publicKey = parsed.GetECDsaPublicKey()!;
        Assert.True(
            publicKey.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
        );
    }
}
