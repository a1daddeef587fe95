using System.Text;
using Keyhold.Crypto.Keys;
using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Access;
using Keyhold.Server.Limits;
using Keyhold.Server.Tests.Operations;

namespace Keyhold.Server.Tests.Access;

/// <summary>
/// An unknown access key and a wrong signature take the same road: seen by the work that is done, since a test that
/// measures time proves nothing.
/// </summary>
public class AuthenticationTests : OperationTest
{
    private readonly List<int> macs = [];
    private int hashes;

    [Fact]
    public async Task An_unknown_access_key_costs_the_hashes_of_a_wrong_signature()
    {
        var wrong = await WorkOfAsync(KeyholdUnderTest.AccessKeyId, "SignatureDoesNotMatch");
        var unknown = await WorkOfAsync("KHnobody", "InvalidAccessKeyId.NotFound");
        Assert.NotEmpty(wrong.Macs);
        Assert.Equal(wrong.Macs, unknown.Macs);
        Assert.Equal(wrong.Hashes, unknown.Hashes);
    }

    /// <summary>Of each MAC the length of its message, and the number of hashes.</summary>
    private async Task<(int[] Macs, int Hashes)> WorkOfAsync(string accessKeyId, string code)
    {
        macs.Clear();
        hashes = 0;
        var counted = new HashFunction("SM3", Sm3.SizeInBytes, CountHash, CountMac);
        var verifier = new SignatureVerifier(Keyhold.Time, new ReplayWindow(Keyhold.Time), [counted]);
        var account = Keyhold.Parts.Account;
        var authentication = new Authentication(account.AccessKeys, account.AccessKeyUses, verifier, Throttle.Off);
        var request = RequestBy(accessKeyId);
        authentication.CheckForm(request);
        var refusal = await Assert.ThrowsAsync<ApiException>(async () =>
            await authentication.IdentifyAsync(request, Keyhold.Origin, default)
        );
        Assert.Equal(code, refusal.Error.Code);
        return ([.. macs], hashes);
    }

    /// <summary>Signed with SHA-256 and relabelled: a request in good form whose signature is wrong.</summary>
    private RpcRequest RequestBy(string accessKeyId)
    {
        var signed = SignatureV3.Sign(
            new SigningCredential(accessKeyId, Encoding.UTF8.GetBytes("wrong")),
            "127.0.0.1",
            "DescribeRegions",
            [],
            Keyhold.Time.GetUtcNow(),
            "nonce",
            inBody: false
        );
        var headers = signed.Headers.Select(header =>
            KeyValuePair.Create(Relabelled(header.Key), Relabelled(header.Value))
        );
        return RpcRequest.Parse(
            signed.Method,
            signed.Target,
            new RequestHeaders([.. headers, KeyValuePair.Create("Host", "127.0.0.1")]),
            signed.Body
        );
    }

    private static string Relabelled(string text) =>
        text.Replace("SHA256", "SM3", StringComparison.Ordinal).Replace("sha256", "sm3", StringComparison.Ordinal);

    private void CountHash(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        hashes++;
        Sm3.HashData(data, destination);
    }

    private void CountMac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> destination)
    {
        macs.Add(data.Length);
        Sm3.Hmac(key, data, destination);
    }
}
