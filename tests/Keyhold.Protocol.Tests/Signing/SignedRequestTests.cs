using System.Text;
using CsCheck;
using Keyhold.Protocol.Rpc;
using Keyhold.Protocol.Signing;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Protocol.Tests.Signing;

public sealed class SignedRequestTests
{
    private const string Host = "127.0.0.1:8710";

    private static readonly DateTimeOffset Now = new(2026, 11, 24, 2, 7, 58, TimeSpan.Zero);

    private static readonly Gen<string> Name = Gen.String[
        Gen.OneOf(Gen.Char['a', 'z'], Gen.Const('.'), Gen.Const('#'), Gen.Const('中'), Gen.Const('~'), Gen.Const(' ')),
        1,
        8
    ];

    private static readonly Gen<string> Value = Gen.String[
        Gen.OneOf(Gen.Char['\0', '\u007f'], Gen.Char['\u0080', '\ud7ff']),
        0,
        40
    ];

    private static readonly Gen<KeyValuePair<string, string>[]> Own = Gen.Select(Name, Value)
        .Select((name, value) => new KeyValuePair<string, string>("P" + name, value))
        .Array[0, 8]
        .Select(pairs => pairs.DistinctBy(pair => pair.Key, StringComparer.Ordinal).ToArray());

    private static readonly Gen<SigningCredential> Credential = Gen
        .Byte.Array[1, 300]
        .Select(secret => new SigningCredential("LTAI5tRoundTrip", secret));

    [Fact]
    public void What_V3_signs_verifies_and_arrives_whole() =>
        Gen.Select(Credential, Own, Gen.Bool)
            .Sample(
                (credential, own, inBody) =>
                    Arrives(
                        SignatureV3.Sign(credential, Host, "DescribeRegions", own, Now, "nonce", inBody),
                        credential,
                        own
                    )
            );

    [Fact]
    public void What_V1_signs_verifies_and_arrives_whole() =>
        Gen.Select(
                Credential,
                Own,
                Gen.Bool,
                Gen.OneOf(Gen.Const("GET"), Gen.Const("POST")),
                Gen.OneOf(Gen.Const("HMAC-SHA1"), Gen.Const("HMAC-SHA256"))
            )
            .Sample(
                (credential, own, inBody, method, signatureMethod) =>
                    Arrives(
                        SignatureV1.Sign(
                            credential,
                            Host,
                            "DescribeRegions",
                            own,
                            Now,
                            "nonce",
                            inBody,
                            method,
                            signatureMethod
                        ),
                        credential,
                        own
                    )
            );

    [Fact]
    public void Another_secret_never_verifies() =>
        Gen.Select(Credential, Credential, Own, Gen.Bool)
            .Where((one, other, _, _) => !one.Secret.Span.SequenceEqual(other.Secret.Span))
            .Sample(
                (one, other, own, v3) =>
                {
                    var signed = v3
                        ? SignatureV3.Sign(one, Host, "A", own, Now, "n", inBody: false)
                        : SignatureV1.Sign(one, Host, "A", own, Now, "n", inBody: false, "POST", "HMAC-SHA1");
                    var refusal = Assert.Throws<ApiException>(() => Verify(signed, other));
                    Assert.Equal("SignatureDoesNotMatch", refusal.Error.Code);
                }
            );

    [Fact]
    public void V1_refuses_to_sign_with_a_method_it_does_not_know() =>
        Assert.Throws<ArgumentException>(() =>
            SignatureV1.Sign(
                new SigningCredential("id", "secret"u8.ToArray()),
                Host,
                "A",
                [],
                Now,
                "n",
                inBody: false,
                "GET",
                "HMAC-MD5"
            )
        );

    [Fact]
    public void V3_signs_no_content_type_when_there_is_no_body()
    {
        var wire = Requests.V3(inBody: true);

        Requests.Verify(wire);
        Assert.Null(wire.Header("content-type"));
        Assert.NotNull(Requests.V3([new("A", "1")], inBody: true).Header("content-type"));
    }

    [Fact]
    public void A_credential_never_shows_its_secret() =>
        Assert.Equal("id", new SigningCredential("id", "secret"u8.ToArray()).ToString());

    private static void Arrives(SignedRequest signed, SigningCredential credential, KeyValuePair<string, string>[] own)
    {
        var request = Verify(signed, credential);

        Assert.Equal("DescribeRegions", request.Action);
        Assert.Equal("2016-01-20", request.Version);
        Assert.Equal(credential.AccessKeyId, request.AccessKeyId);
        Assert.Equal(
            own.OrderBy(pair => pair.Key, StringComparer.Ordinal),
            request.Parameters.All.OrderBy(pair => pair.Key, StringComparer.Ordinal)
        );
        Assert.DoesNotContain(signed.Headers, header => header.Key.Equals("host", StringComparison.OrdinalIgnoreCase));
    }

    private static RpcRequest Verify(SignedRequest signed, SigningCredential credential)
    {
        var clock = new FakeTimeProvider(Now);
        var verifier = new SignatureVerifier(clock, new ReplayWindow(clock), []);
        var request = WireRequest.From(signed, Host).Parse();
        verifier.CheckForm(request);
        verifier.CheckSignature(request, credential.Secret.Span);
        verifier.CheckReplay(request, changesState: true);
        return request;
    }
}
