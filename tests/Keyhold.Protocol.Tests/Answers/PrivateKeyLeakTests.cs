using CsCheck;
using Keyhold.Protocol.Answers;

namespace Keyhold.Protocol.Tests.Answers;

public sealed class PrivateKeyLeakTests
{
    private static readonly string[] Labels =
    [
        "PRIVATE KEY",
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "SM2 PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
    ];

    // A plus in the base64 must not end the search in any encoding.
    private const string Material = "MIIEvQIBADANBgkq+hkiG9w0B\nAQEFAASC/w==";

    public static TheoryData<string, int> LabelsAndEncodings
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var label in Labels)
            {
                for (var encodings = 0; encodings <= 3; encodings++)
                {
                    data.Add(label, encodings);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(LabelsAndEncodings))]
    public void Finds_and_redacts_a_key_however_often_encoded(string label, int encodings)
    {
        var text = Encoded($"before -----BEGIN {label}-----\n{Material}\n-----END {label}----- after", encodings);

        Assert.True(PrivateKeyLeak.IsIn(text));
        Assert.Equal(
            Encoded("before ", encodings) + "[PRIVATE KEY REDACTED]" + Encoded(" after", encodings),
            PrivateKeyLeak.Redact(text)
        );
    }

    [Fact]
    public void Finds_a_key_in_form_encoding()
    {
        const string text =
            "A=1&Certificate=-----BEGIN+EC+PRIVATE+KEY-----%0aMHcC%0a-----END+EC+PRIVATE+KEY-----%0a&B=2";

        Assert.True(PrivateKeyLeak.IsIn(text));
        Assert.Equal("A=1&Certificate=[PRIVATE KEY REDACTED]%0a&B=2", PrivateKeyLeak.Redact(text));
    }

    [Fact]
    public void Redacts_every_key_and_keeps_what_lies_between()
    {
        const string key = "-----BEGIN PRIVATE KEY-----MIIE-----END PRIVATE KEY-----";

        Assert.Equal("a[PRIVATE KEY REDACTED]b[PRIVATE KEY REDACTED]c", PrivateKeyLeak.Redact($"a{key}b{key}c"));
    }

    [Theory]
    [InlineData("x -----BEGIN PRIVATE KEY-----\nMIIE and more")]
    [InlineData("x -----BEGIN PRIVATE KEY-----\nMIIE-----END CERTIFICATE-----")]
    [InlineData("x -----BEGIN PRIVATE KEY")]
    public void Redacts_to_the_end_when_the_key_does_not_end(string text) =>
        Assert.Equal("x [PRIVATE KEY REDACTED]", PrivateKeyLeak.Redact(text));

    [Theory]
    [InlineData("")]
    [InlineData("PRIVATE")]
    [InlineData("PRIVATE KEY")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----")]
    [InlineData("-----END PRIVATE KEY-----")]
    [InlineData("Is the private key safe? Begin with the certificate.")]
    [InlineData("ExportablePrivateKey=true&PRIVATE%")]
    [InlineData("PRIVATE%252")]
    public void Leaves_other_text_alone(string text)
    {
        Assert.False(PrivateKeyLeak.IsIn(text));
        Assert.Same(text, PrivateKeyLeak.Redact(text));
    }

    [Fact]
    public void Nothing_is_found_after_redaction_in_any_mixture() =>
        Gen.OneOf(
                Gen.Const("-----BEGIN "),
                Gen.Const("-----END "),
                Gen.Const("PRIVATE KEY-----"),
                Gen.Const("PRIVATE%2520KEY"),
                Gen.Const("RSA "),
                Gen.Const("BEGIN"),
                Gen.Const("%25"),
                Gen.Const("+"),
                Gen.String[0, 3]
            )
            .Array[0, 30]
            .Select(string.Concat)
            .Sample(text => Assert.False(PrivateKeyLeak.IsIn(PrivateKeyLeak.Redact(text))), iter: 10_000);

    private static string Encoded(string text, int times)
    {
        for (var time = 0; time < times; time++)
        {
            text = Uri.EscapeDataString(text);
        }

        return text;
    }
}
