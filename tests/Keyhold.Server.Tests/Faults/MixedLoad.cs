using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Keyhold.Server.Tests.Operations;

namespace Keyhold.Server.Tests.Faults;

/// <summary>
/// Clients that create, tag, upload, sign, disable, renew, revoke and delete without end, and remember what was answered.
/// A request without a clear answer leaves two possible states; anything else that is not what was asked for is a fault.
/// </summary>
internal sealed class MixedLoad : IDisposable
{
    private const string Subject = "CN=load.example,OU=web,O=Example,C=DE";

    /// <summary>Far beyond every bound: only what never happens takes so long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, ExpectedCertificate[]> expected = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> requestIds = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> faults = new();
    private readonly TestAuthority authority = TestAuthority.CreateRoot(
        KeySpec.EcP256,
        "CN=Load Root,O=Example,C=DE",
        TimeProvider.System
    );
    private readonly Lock issuing = new();
    private List<Task> workers = [];
    private volatile bool isStopping;
    private int unsureCreates;

    /// <summary>Each certificate's life ends with its deletion, so that there is never more than one for each client.</summary>
    public bool DeletesAll { get; init; }

    /// <summary>How long a client waits after a certificate's life.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.Zero;

    /// <summary>How many requests were answered well.</summary>
    public int Good => requestIds.Count;

    /// <summary>The answers that were no clear yes.</summary>
    public ConcurrentQueue<FaultReply> Unsure { get; } = new();

    /// <summary>So many certificates were made.</summary>
    public int Certificates => expected.Count;

    /// <summary>The ids of requests that were answered well, with their actions.</summary>
    public IReadOnlyDictionary<string, string> RequestIds => requestIds;

    public void Start(int count, params FaultClient[] clients)
    {
        isStopping = false;
        workers = [.. Enumerable.Range(0, count).Select(i => Task.Run(() => WorkAsync(clients[i % clients.Length])))];
    }

    /// <summary>Returns when so many more requests were answered well.</summary>
    public Task AnsweredAsync(int more)
    {
        var enough = Good + more;
        return WaitAsync(() => Good >= enough);
    }

    /// <summary>Returns when so many requests in all got no clear answer.</summary>
    public Task RefusedAsync(int count) => WaitAsync(() => Unsure.Count >= count);

    public async Task StopAsync()
    {
        isStopping = true;
        await Task.WhenAll(workers);
        RequireFaultless();
    }

    /// <summary>Certificates that somebody else made and nobody has touched since.</summary>
    public void Expect(IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            expected[id] = [ExpectedCertificate.New];
        }
    }

    /// <summary>Whether everything is as it was answered. From now on exactly what was found must stay.</summary>
    public async Task VerifyAsync(FaultClient client)
    {
        foreach (var batch in expected.ToArray().Chunk(8))
        {
            await Task.WhenAll(batch.Select(each => VerifyAsync(client, each.Key, each.Value)));
        }

        await VerifyListAsync(client);
    }

    public void Dispose() => authority.Dispose();

    private async Task WaitAsync(Func<bool> isReached)
    {
        for (var started = Stopwatch.GetTimestamp(); !isReached(); )
        {
            RequireFaultless();
            Assert.DoesNotContain(workers, worker => worker.IsCompleted);
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"{Good} good, {Unsure.Count} unsure");
            await Task.Delay(5);
        }
    }

    private void RequireFaultless() => Assert.True(faults.IsEmpty, string.Join('\n', faults));

    private async Task WorkAsync(FaultClient client)
    {
        while (!isStopping)
        {
            await Task.Delay(await LiveOnceAsync(client) ? Pause : PauseAfterRefusal);
        }
    }

    /// <summary>One certificate's life. False when a request had no clear answer, with which its life ends here.</summary>
    private async Task<bool> LiveOnceAsync(FaultClient client)
    {
        var created = await AskAsync(client, "CreateCertificate", ("KeySpec", "EC_P256"), ("Subject", Subject));
        if (created is null)
        {
            Interlocked.Increment(ref unsureCreates);
            return false;
        }

        var id = created["CertificateId"];
        var csr = SigningRequest.FromPem(created["Csr"]);
        expected[id] = [ExpectedCertificate.New];
        for (var renewal = 0; renewal < 2; renewal++)
        {
            var leaf = Issue(csr);
            var tag = $"renewal-{renewal}";
            var isGood =
                await ChangeAsync(client, id, state => state with { Tag = tag }, "TagResource", ("Tags", TagJson(tag)))
                && await ChangeAsync(
                    client,
                    id,
                    state => state with { Pem = leaf.Pem, Status = "ACTIVE" },
                    "UploadCertificate",
                    ("Certificate", leaf.Pem),
                    ("CertificateChain", authority.ChainPem)
                )
                && await SignAsync(client, id, leaf)
                && await SetStatusAsync(client, id, "INACTIVE")
                && await SetStatusAsync(client, id, "ACTIVE");
            if (!isGood)
            {
                return false;
            }
        }

        return (DeletesAll ? 1 : RandomNumberGenerator.GetInt32(3)) switch
        {
            0 => await SetStatusAsync(client, id, "REVOKED"),
            1 => await ChangeAsync(client, id, _ => ExpectedCertificate.Gone, "DeleteCertificate"),
            _ => true,
        };
    }

    private Task<bool> SetStatusAsync(FaultClient client, string id, string status) =>
        ChangeAsync(client, id, state => state with { Status = status }, "UpdateCertificateStatus", ("Status", status));

    private async Task<bool> SignAsync(FaultClient client, string id, Certificate leaf)
    {
        var signed = await AskAsync(client, "CertificatePrivateKeySign", Signing(id));
        if (signed is not null && !IsBy(signed, leaf.Pem))
        {
            faults.Enqueue($"A signature of {id} does not verify.");
        }

        return signed is not null;
    }

    private async Task<bool> ChangeAsync(
        FaultClient client,
        string id,
        Func<ExpectedCertificate, ExpectedCertificate> change,
        string action,
        params (string Name, string? Value)[] parameters
    )
    {
        var before = expected[id];
        ExpectedCertificate[] after = [.. before.Select(change)];
        expected[id] = [.. before, .. after];
        if (await AskAsync(client, action, [("CertificateId", id), .. parameters]) is null)
        {
            return false;
        }

        expected[id] = after;
        return true;
    }

    /// <summary>The good answer, or null when it is unsure whether there was one.</summary>
    private async Task<FaultReply?> AskAsync(
        FaultClient client,
        string action,
        params (string Name, string? Value)[] parameters
    )
    {
        var reply = await client.CallAsync(action, parameters);
        if (reply.IsGood)
        {
            requestIds[reply["RequestId"]] = action;
            return reply;
        }

        if (reply.IsUnsure)
        {
            Unsure.Enqueue(reply);
        }
        else
        {
            faults.Enqueue($"{action}: {reply.Status} {reply.Text}");
        }

        return null;
    }

    private async Task VerifyAsync(FaultClient client, string id, ExpectedCertificate[] possible)
    {
        var described = await client.CallAsync("DescribeCertificate", ("CertificateId", id));
        if (described.Status == 404)
        {
            Assert.True(possible.Contains(ExpectedCertificate.Gone), $"{id} is gone, but was {Shown(possible)}");
            expected[id] = [ExpectedCertificate.Gone];
            return;
        }

        var pem = (await client.CallAsync("GetCertificate", ("CertificateId", id))).Ok()["Certificate"];
        var found = new ExpectedCertificate(described.Ok()["Status"], pem, TagIn(described["Tags"]));
        Assert.True(possible.Contains(found), $"{id} is {Shown([found])}, but was answered to be {Shown(possible)}");
        Assert.NotEqual(found.Status is "PENDING", described.Json.TryGetProperty("Serial", out _));
        if (found.Status is "ACTIVE")
        {
            var signed = (await client.CallAsync("CertificatePrivateKeySign", Signing(id))).Ok();
            Assert.True(IsBy(signed, pem), $"A signature of {id} does not verify.");
        }

        expected[id] = [found];
    }

    /// <summary>The list shows just what is there: beside it at most what was created without an answer, whole.</summary>
    private async Task VerifyListAsync(FaultClient client)
    {
        var there = expected.Where(each => each.Value is [var one] && one != ExpectedCertificate.Gone);
        var known = there.Select(each => each.Key).ToHashSet(StringComparer.Ordinal);
        var listed = new HashSet<string>(StringComparer.Ordinal);
        for (var page = 1; ; page++)
        {
            var reply = await client.CallAsync("ListCertificates", ("PageSize", "100"), ("PageNumber", $"{page}"));
            var summaries = reply.Ok().Json.GetProperty("CertificateSummaryList").GetProperty("CertificateSummary");
            listed.UnionWith(summaries.EnumerateArray().Select(one => one.GetProperty("CertificateId").GetString()!));
            if (listed.Count >= reply.Json.GetProperty("TotalSize").GetInt32())
            {
                break;
            }
        }

        Assert.Empty(known.Except(listed));
        string[] unknown = [.. listed.Except(known)];
        Assert.True(unknown.Length <= unsureCreates, $"{unknown.Length} certificates that nobody created");
        foreach (var id in unknown)
        {
            var described = await client.CallAsync("DescribeCertificate", ("CertificateId", id));
            Assert.Equal("PENDING", described.Ok()["Status"]);
            expected[id] = [ExpectedCertificate.New];
            Interlocked.Decrement(ref unsureCreates);
        }
    }

    private Certificate Issue(SigningRequest csr)
    {
        lock (issuing)
        {
            return authority.Issue(csr);
        }
    }

    private static (string Name, string? Value)[] Signing(string id) =>
        [
            ("CertificateId", id),
            ("Algorithm", "ECDSA_SHA_256"),
            ("MessageType", "RAW"),
            ("Message", Scenario.Base64("message")),
        ];

    private static bool IsBy(FaultReply signed, string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
        using var key = certificate.GetECDsaPublicKey()!;
        return key.VerifyData(
            "message"u8,
            Convert.FromBase64String(signed["SignatureValue"]),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence
        );
    }

    private static string TagJson(string value) => $"[{{\"TagKey\":\"step\",\"TagValue\":\"{value}\"}}]";

    private static string TagIn(string tags) => tags is "[]" ? "" : tags.Split("\"TagValue\":\"")[1].Split('"')[0];

    private static string Shown(ExpectedCertificate[] states) =>
        string.Join(" or ", states.Select(state => $"{state.Status}/{state.Tag}/{state.Pem.Length} characters"));
}
