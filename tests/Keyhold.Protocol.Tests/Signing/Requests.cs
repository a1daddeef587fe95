using System.Security.Cryptography;
using System.Text;
using Keyhold.Protocol.Signing;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Protocol.Tests.Signing;

/// <summary>Requests that are right, and a way to sign what is not: the signature over any request as it stands.</summary>
internal static class Requests
{
    public const string Host = "kms.test";
    public const string AccessKeyId = "LTAI5tTest";

    public static readonly byte[] Secret = "secret"u8.ToArray();

    public static readonly DateTimeOffset Now = new(2026, 11, 24, 2, 7, 58, TimeSpan.Zero);

    private static readonly SigningCredential Credential = new(AccessKeyId, Secret);

    public static WireRequest V1(
        IEnumerable<KeyValuePair<string, string>>? parameters = null,
        string method = "POST",
        bool inBody = false,
        string nonce = "n"
    ) =>
        WireRequest.From(
            SignatureV1.Sign(
                Credential,
                Host,
                "DescribeRegions",
                parameters ?? [],
                Now,
                nonce,
                inBody,
                method,
                "HMAC-SHA1"
            ),
            Host
        );

    public static WireRequest V3(
        IEnumerable<KeyValuePair<string, string>>? parameters = null,
        bool inBody = false,
        string nonce = "n",
        DateTimeOffset? now = null
    ) =>
        WireRequest.From(
            SignatureV3.Sign(Credential, Host, "DescribeRegions", parameters ?? [], now ?? Now, nonce, inBody),
            Host
        );

    /// <summary>A V1 GET with exactly this canonical query, rightly signed: written apart from the code under test.</summary>
    public static WireRequest V1WithCanonicalQuery(string canonical)
    {
        var stringToSign = "GET&%2F&" + Uri.EscapeDataString(canonical);
        var signature = HMACSHA1.HashData("secret&"u8, Encoding.ASCII.GetBytes(stringToSign));
        return new WireRequest(
            "GET",
            "/?" + canonical + "&Signature=" + Uri.EscapeDataString(Convert.ToBase64String(signature)),
            [new("Host", Host)],
            []
        );
    }

    /// <summary>A V3 request rightly signed over the headers and the canonical query as given.</summary>
    public static WireRequest SignedV3(
        IReadOnlyList<KeyValuePair<string, string>> headers,
        string target,
        string canonicalQuery,
        string body = "",
        string? authorization = null
    )
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        List<KeyValuePair<string, string>> all =
        [
            .. headers,
            new("x-acs-content-sha256", Convert.ToHexStringLower(SHA256.HashData(bytes))),
        ];
        var names = string.Join(
            ';',
            all.Select(header => header.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        );
        var lines = all.GroupBy(header => header.Key, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group =>
                group.Key + ":" + string.Join(',', group.Select(h => h.Value).Order(StringComparer.Ordinal)) + "\n"
            );
        var canonical =
            $"POST\n/\n{canonicalQuery}\n{string.Concat(lines)}\n{names}\n"
            + Convert.ToHexStringLower(SHA256.HashData(bytes));
        var stringToSign =
            "ACS3-HMAC-SHA256\n" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Secret, Encoding.ASCII.GetBytes(stringToSign)));
        var shape = authorization ?? "ACS3-HMAC-SHA256 Credential={0},SignedHeaders={1},Signature={2}";
        all.Add(
            new(
                "Authorization",
                string.Format(System.Globalization.CultureInfo.InvariantCulture, shape, AccessKeyId, names, signature)
            )
        );
        return new WireRequest("POST", target, all, bytes);
    }

    /// <summary>The headers a V3 request must have, but for the content hash.</summary>
    public static List<KeyValuePair<string, string>> V3Headers(string action = "DescribeRegions", string nonce = "n") =>
        [
            new("host", Host),
            new("x-acs-action", action),
            new("x-acs-date", "2026-11-24T02:07:58Z"),
            new("x-acs-signature-nonce", nonce),
            new("x-acs-version", "2016-01-20"),
        ];

    public static SignatureVerifier Verifier(out FakeTimeProvider clock)
    {
        clock = new FakeTimeProvider(Now);
        return new SignatureVerifier(clock, new ReplayWindow(clock), [Sm3.HashFunction]);
    }

    public static Keyhold.Protocol.Rpc.RpcRequest Verify(WireRequest wire, bool changesState = true) =>
        Verify(wire, Verifier(out _), changesState);

    public static Keyhold.Protocol.Rpc.RpcRequest Verify(
        WireRequest wire,
        SignatureVerifier verifier,
        bool changesState = true
    )
    {
        var request = wire.Parse();
        verifier.CheckForm(request);
        verifier.CheckSignature(request, Secret);
        verifier.CheckReplay(request, changesState);
        return request;
    }

    public static ApiException Refused(WireRequest wire, string code)
    {
        var refusal = Assert.Throws<ApiException>(() => Verify(wire));
        Assert.Equal(code, refusal.Error.Code);
        return refusal;
    }
}
