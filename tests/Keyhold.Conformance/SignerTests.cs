using System.Text.Json;
using Keyhold.Conformance.Clients;

namespace Keyhold.Conformance;

/// <summary>The independent signer against signatures that others made: only then does it judge the server.</summary>
public sealed class SignerTests(ConformanceFixture conformance)
{
    [Theory]
    [InlineData("v1-01-doc-kms-createkey")]
    [InlineData("v3-01-doc-runinstances")]
    public async Task Signs_like_the_documented_sample(string name)
    {
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(Repository.Vectors("signatures.json")));
        var vector = document
            .RootElement.GetProperty("vectors")
            .EnumerateArray()
            .Single(one => string.Equals(one.Text("name"), name, StringComparison.Ordinal));

        var signed = await new Api(conformance.Node, HostOf(vector)).SignAsync(DraftOf(vector));

        var expected = vector.Text("expectedSignature");
        Assert.Contains(
            expected,
            Uri.UnescapeDataString(signed.Target) + signed.Headers.GetValueOrDefault("authorization"),
            StringComparison.Ordinal
        );
    }

    private static string HostOf(JsonElement vector) =>
        vector.Text("name").StartsWith("v3", StringComparison.Ordinal)
            ? "ecs.cn-shanghai.aliyuncs.com"
            : "kms.cn-hangzhou.aliyuncs.com";

    private static Draft DraftOf(JsonElement vector)
    {
        var credential = (Id: vector.Text("accessKeyId"), Secret: vector.Text("key"));
        if (vector.Text("algorithm") is "HMAC-SHA1")
        {
            return new Draft("CreateKey")
            {
                Scheme = "V1",
                Method = "GET",
                AccessKeyId = credential.Id,
                AccessKeySecret = credential.Secret,
                Common = [("Format", "json"), ("SignatureNonce", null), ("Timestamp", "2016-03-28T03:13:08Z")],
            };
        }
        return new Draft(
            "RunInstances",
            ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"),
            ("RegionId", "cn-shanghai")
        )
        {
            AccessKeyId = credential.Id,
            AccessKeySecret = credential.Secret,
            Common =
            [
                ("x-acs-version", "2014-05-26"),
                ("x-acs-date", "2023-10-26T10:22:32Z"),
                ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
            ],
        };
    }
}
