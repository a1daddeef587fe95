using System.Text;
using System.Text.RegularExpressions;
using Keyhold.Server.Audit;
using Keyhold.Server.Pipeline;
using Keyhold.Server.Tests.Operations;
using Keyhold.Server.Vault;
using Keyhold.Storage.Audit;

namespace Keyhold.Server.Tests.Laws;

/// <summary>The audit trail has an event for every operation, done or refused, and holds no secret of any.</summary>
public partial class AuditTests : OperationTest
{
    public static TheoryData<string> Operations => [.. GoodRequests.Operations];

    [Fact]
    public void Every_operation_has_a_good_request_here() =>
        Assert.Equal(
            Keyhold.Parts.Operations.All.Select(operation => operation.Name).Order(StringComparer.Ordinal),
            GoodRequests.Operations.Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task What_was_done_is_one_event_with_name_caller_and_resource(string operation)
    {
        var parameters = await GoodRequests.ForAsync(operation, Keyhold, Scenario);
        var before = Keyhold.Events().Count;
        var reply = (await Keyhold.CallAsync(operation, parameters)).Ok();

        var done = Assert.Single(Keyhold.Events().Skip(before));
        Assert.Equal(operation, done.Name);
        Assert.Null(done.ErrorCode);
        Assert.Equal(reply["RequestId"], done.Text("requestId"));
        AssertCaller(done);
        var about = parameters
            .Where(parameter => parameter.Name is "CertificateId" or "UserName")
            .Select(parameter => parameter.Value!);
        Assert.All(about, id => Assert.Contains(id, done.ResourceIds));
        if (operation is "CreateCertificate" or "ImportCertificate")
        {
            Assert.Contains(reply["CertificateId"], done.ResourceIds);
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task What_a_crash_leaves_of_a_change_names_what_the_event_would_have_named(string operation)
    {
        var parameters = await GoodRequests.ForAsync(operation, Keyhold, Scenario);
        await Keyhold.Trail.TickAsync();
        (await Keyhold.CallAsync(operation, parameters)).Ok();

        // An intent outlives its event until the next minute: it stands there as a crash before the event would leave it.
        var intents = await new AuditIntentStore(
            Keyhold.Folder.Database,
            new RowAuthenticator(Keyhold.Folder.Ring)
        ).ListAsync(Keyhold.Trail.Node, default);
        if (!InfoOf(operation).ChangesState)
        {
            Assert.Empty(intents);
            return;
        }

        var intent = TrailEvent.TryParse([.. "{"u8, .. Assert.Single(intents).Event, .. "}"u8])!;
        var done = Keyhold.Events()[^1];
        Assert.Equal(operation, intent.Name);
        Assert.NotEmpty(intent.ResourceIds);
        Assert.Equal(done.ResourceIds, intent.ResourceIds);
        Assert.Equal(done.Text("requestId"), intent.Text("requestId"));
        AssertCaller(intent);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task What_was_refused_is_one_event_with_name_caller_and_reason(string operation)
    {
        var key = (await Keyhold.CallAsync("CreateAccessKey")).Ok().Json.GetProperty("AccessKey");
        var (id, secret) = (
            key.GetProperty("AccessKeyId").GetString()!,
            key.GetProperty("AccessKeySecret").GetString()!
        );
        (await Keyhold.CallAsync("UpdateAccessKey", ("UserAccessKeyId", id), ("Status", "Inactive"))).Ok();
        var before = Keyhold.Events().Count;

        (await Keyhold.CallAsync(id, secret, operation)).Refused(403, "Forbidden.AccessKey");

        var refused = Assert.Single(Keyhold.Events().Skip(before));
        Assert.Equal(operation, refused.Name);
        Assert.Equal("Forbidden.AccessKey", refused.ErrorCode);
        Assert.Equal(id, refused.AccessKeyId);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_secret_parameter_is_in_neither_trail_nor_log_nor_database(string operation)
    {
        var good = await GoodRequests.ForAsync(operation, Keyhold, Scenario);
        var info = InfoOf(operation);
        List<byte[]> secrets = [];
        foreach (var name in info.Withheld.Concat(info.Audited).Append("Unknown").Append("SecurityToken"))
        {
            var canary = $"canary-{operation}-{name}-6f1d";
            string[] forms = [canary, Convert.ToBase64String(Encoding.UTF8.GetBytes(canary))];
            foreach (var form in forms)
            {
                await Keyhold.CallAsync(operation, [.. good.Where(parameter => parameter.Name != name), (name, form)]);
                await Keyhold.CallAsync(
                    KeyholdUnderTest.AccessKeyId,
                    "wrong",
                    operation,
                    [.. good.Where(parameter => parameter.Name != name), (name, form)]
                );
            }

            if (!info.Audited.Contains(name))
            {
                secrets.AddRange(forms.Select(Encoding.UTF8.GetBytes));
            }
        }

        secrets.AddRange(
            good.Where(parameter => info.Withheld.Contains(parameter.Name))
                .Select(parameter => Encoding.UTF8.GetBytes(parameter.Value!))
        );
        await AssertNowhereAsync(secrets);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_private_key_in_any_parameter_is_nowhere(string operation)
    {
        const string canary = "MC4CAQAwBQYDK2VwBCIEICanary";
        const string key = $"-----BEGIN PRIVATE KEY-----\n{canary}\n-----END PRIVATE KEY-----\n";
        var info = InfoOf(operation);
        foreach (var name in info.Withheld.Concat(info.Audited).Append("Unknown").Append(key))
        {
            (await Keyhold.CallAsync(operation, (name, key))).Refused(400, "InvalidParameter", "private key");
        }

        await Keyhold.CallAsync(key, "secret", operation);
        await Keyhold.CallAsync(key);
        await AssertNowhereAsync([Encoding.UTF8.GetBytes(canary)]);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Every_parameter_of_the_docs_page_is_declared_as_audited_or_withheld(string operation)
    {
        var page = File.ReadAllText(Repository.PathOf("docs", "operations", operation + ".md"));
        var start = page.IndexOf("## Parameters", StringComparison.Ordinal);
        var section = start < 0 ? "" : page[start..page.IndexOf("## Answer", StringComparison.Ordinal)];
        var documented = Row()
            .Matches(section)
            .Select(row => row.Groups["name"].Value)
            .Where(name => name != "ProtectionLevel");
        var info = InfoOf(operation);
        Assert.Empty(documented.Except(info.Audited.Concat(info.Withheld)));
        Assert.Empty(info.Audited.Intersect(info.Withheld));
    }

    private static void AssertCaller(TrailEvent each)
    {
        Assert.Equal(KeyholdUnderTest.AccessKeyId, each.AccessKeyId);
        Assert.Equal("root-account", each.Text("userIdentity", "type"));
        Assert.Equal("1000000000000001", each.Text("userIdentity", "accountId"));
        Assert.Equal("127.0.0.1", each.SourceIpAddress);
    }

    private OperationInfo InfoOf(string operation) =>
        Keyhold.Parts.Operations.All.Single(info => info.Name == operation);

    private async Task AssertNowhereAsync(IReadOnlyList<byte[]> secrets)
    {
        foreach (var file in FilesOf(Keyhold.DataFolder))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var content = new byte[stream.Length];
            await stream.ReadExactlyAsync(content);
            Assert.All(
                secrets,
                secret =>
                    Assert.True(content.AsSpan().IndexOf(secret) < 0, $"{Encoding.UTF8.GetString(secret)} is in {file}")
            );
        }

        Assert.All(
            secrets,
            secret => Assert.DoesNotContain(Encoding.UTF8.GetString(secret), Keyhold.Log.Text, StringComparison.Ordinal)
        );
    }

    /// <summary>All but the lock, which is empty and cannot be opened a second time.</summary>
    private static IEnumerable<string> FilesOf(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) != ".lock");

    [GeneratedRegex(
        @"^\| `(?<name>\w+)` \|",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5_000
    )]
    private static partial Regex Row();
}
