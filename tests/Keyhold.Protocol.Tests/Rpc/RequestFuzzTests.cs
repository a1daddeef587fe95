using System.Text;
using CsCheck;
using Keyhold.Protocol.Rpc;
using Keyhold.Protocol.Tests.Signing;

namespace Keyhold.Protocol.Tests.Rpc;

/// <summary>Whatever arrives, the answer is a verdict or an <see cref="ApiException"/>, never another exception.</summary>
public sealed class RequestFuzzTests
{
    private static readonly string[] Fragments =
    [
        "&",
        "=",
        "%",
        "+",
        "?",
        "/",
        "%2",
        "%zz",
        "%00",
        "%FF",
        "%E4%B8",
        "%25",
        ";",
        ",",
        " ",
        "{",
        "}",
        "[",
        "\"",
        "Action=",
        "Version=",
        "Format=XML",
        "Format=",
        "AccessKeyId=a",
        "Signature=",
        "SignatureMethod=HMAC-SHA1",
        "SignatureVersion=1.0",
        "Timestamp=",
        "2026-11-24T02:07:58Z",
        "SignatureNonce=",
        "SignatureType=",
        "ACS3-HMAC-SHA256 ",
        "ACS3-HMAC-SM3 ",
        "ACS3-RSA-SHA256 ",
        "Credential=",
        "SignedHeaders=",
        "x-acs-date",
        "host",
        "{\"a\":1}",
        "{\"a\":\"\\ud800\"}",
        "\\u0000",
        "中",
        "\ud800",
        "\r\n",
        "-----BEGIN PRIVATE KEY-----",
    ];

    private static readonly Gen<string> Text = Gen.OneOf(
            Gen.Int[0, Fragments.Length - 1].Select(index => Fragments[index]),
            Gen.String[0, 6],
            Gen.String[Gen.Char[' ', '~'], 0, 6]
        )
        .Array[0, 14]
        .Select(string.Concat);

    private static readonly Gen<string> HeaderName = Gen.OneOf(
        Gen.Const("Authorization"),
        Gen.Const("content-type"),
        Gen.Const("x-acs-date"),
        Gen.Const("x-acs-action"),
        Gen.Const("x-acs-version"),
        Gen.Const("x-acs-signature-nonce"),
        Gen.Const("x-acs-content-sha256"),
        Gen.Const("x-acs-content-sm3"),
        Gen.Const("host"),
        Gen.String[0, 5]
    );

    private static readonly Gen<string> HeaderValue = Gen.OneOf(
        Text,
        Gen.Const("application/x-www-form-urlencoded"),
        Gen.Const("application/json"),
        Gen.Const("2026-11-24T02:07:58Z"),
        Gen.Const("ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=00"),
        Gen.Const("ACS3-HMAC-SM3 Credential=a,SignedHeaders=host;x-acs-date;x-acs-action,Signature=00")
    );

    private static readonly Gen<WireRequest> Anything = Gen.Select(
        Gen.OneOf(Gen.Const("GET"), Gen.Const("POST"), Gen.String[0, 3]),
        Gen.OneOf(Text.Select(text => "/?" + text), Text),
        Gen.Select(HeaderName, HeaderValue, (name, value) => new KeyValuePair<string, string>(name, value)).Array[0, 8],
        Gen.OneOf(Gen.Byte.Array[0, 60], Text.Select(Encoding.UTF8.GetBytes)),
        (method, target, headers, body) => new WireRequest(method, target, headers, body)
    );

    [Fact]
    public void Random_requests_end_in_a_refusal() => Anything.Sample(Judge, iter: 30_000);

    [Fact]
    public void Mutated_requests_end_in_a_verdict()
    {
        WireRequest[] good =
        [
            Requests.V1([new("A", "b c+中%"), new("Empty", "")]),
            Requests.V1([new("A", "b")], method: "GET"),
            Requests.V1([new("A", "b c")], inBody: true),
            Requests.V3([new("A", "b c+中%"), new("#n#", "")]),
            Requests.V3([new("A", "b c")], inBody: true),
            .. SignatureVector.Requests,
        ];
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Int[0, 3], Gen.UInt, Text, Gen.Int[0, 3])
            .Sample(
                (index, part, place, text, cut) => Judge(Mutated(good[index], part, place, text, cut)),
                iter: 30_000
            );
    }

    [Fact]
    public void Parameters_of_any_text_are_read_or_refused() =>
        Gen.Select(Text, Text.Select(text => "[" + text), Gen.String)
            .Sample(
                (one, two, three) =>
                {
                    foreach (var value in new[] { one, two, three })
                    {
                        var parameters = Parameters.From([new("P", value)]);
                        Try(() => parameters.RequiredBase64("P", 10));
                        Try(() => parameters.JsonTexts("P", 3));
                        Try(() => parameters.JsonPairs("P", "K", "V", 3));
                        Try(() => parameters.Boolean("P", otherwise: true));
                        Try(() => parameters.Integer("P", 1, 0, 9));
                        Try(() => parameters.RequiredOneOf("P", ["A"]));
                    }
                },
                iter: 10_000
            );

    private static WireRequest Mutated(WireRequest wire, int part, uint place, string text, int cut)
    {
        string Changed(string before)
        {
            var at = (int)(place % (uint)(before.Length + 1));
            return before[..at] + text + before[Math.Min(before.Length, at + cut)..];
        }

        switch (part)
        {
            case 0:
                return wire with { Target = Changed(wire.Target) };
            case 1:
                return wire with { Body = Encoding.Latin1.GetBytes(Changed(Encoding.Latin1.GetString(wire.Body))) };
            case 2:
                var header = wire.Headers[(int)(place % (uint)wire.Headers.Count)];
                return wire.WithHeader(header.Key, Changed(header.Value));
            default:
                var renamed = wire.Headers[(int)(place % (uint)wire.Headers.Count)];
                return wire.WithoutHeader(renamed.Key).WithHeader(Changed(renamed.Key), renamed.Value);
        }
    }

    private static void Judge(WireRequest wire)
    {
        RpcRequest.FormatOf(wire.Target, new RequestHeaders(wire.Headers), wire.Body);
        Try(() => Requests.Verify(wire));
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (ApiException exception)
        {
            Assert.InRange(exception.Error.HttpStatus, 400, 499);
            Assert.NotEmpty(exception.Message);
        }
    }
}
