using System.Security.Cryptography;
using CsCheck;
using Keyhold.Protocol.Rpc;

namespace Keyhold.Protocol.Tests.Rpc;

public sealed class ParametersTests
{
    private const string Sentence = "The specified parameter is not valid. P: ";

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void A_required_parameter_that_is_absent_or_empty_is_missing(string? value)
    {
        var parameters = value is null ? Parameters.From([]) : Of(value);

        foreach (
            var read in new Action[]
            {
                () => parameters.Required("P"),
                () => parameters.RequiredOneOf("P", ["A"]),
                () => parameters.RequiredBase64("P", 10),
            }
        )
        {
            var refusal = Assert.Throws<ApiException>(read);
            Assert.Equal(ErrorCodes.MissingParameter, refusal.Error);
            Assert.Equal("The parameter \"P\" is needed but not provided.", refusal.Message);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void An_optional_parameter_that_is_absent_or_empty_has_its_default(string? value)
    {
        var parameters = value is null ? Parameters.From([]) : Of(value);

        Assert.Null(parameters.Optional("P"));
        Assert.Null(parameters.OptionalOneOf("P", ["A"]));
        Assert.True(parameters.Boolean("P", otherwise: true));
        Assert.Equal(7, parameters.Integer("P", 7, 0, 9));
        Assert.Empty(parameters.JsonTexts("P", 3));
        Assert.Empty(parameters.JsonPairs("P", "K", "V", 3));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("True", true)]
    [InlineData("TRUE", true)]
    [InlineData("false", false)]
    [InlineData("False", false)]
    public void Reads_booleans_in_any_case(string text, bool expected) =>
        Assert.Equal(expected, Of(text).Boolean("P", otherwise: !expected));

    [Theory]
    [InlineData("1")]
    [InlineData("yes")]
    [InlineData("tru")]
    public void Refuses_other_booleans(string text) =>
        Refused($"found \"{text}\". Send true or false.", p => p.Boolean("P", otherwise: false), text);

    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    [InlineData("1.5")]
    [InlineData(" 5")]
    [InlineData("5a")]
    [InlineData("99999999999")]
    [InlineData("٣")]
    public void Refuses_other_integers(string text) =>
        Refused($"found \"{text}\". Send a whole number from 1 to 100.", p => p.Integer("P", 1, 1, 100), text);

    [Theory]
    [InlineData("rsa_2048")]
    [InlineData("RSA_2048 ")]
    [InlineData("x")]
    public void Refuses_other_values_and_lists_the_allowed_ones(string text) =>
        Refused(
            $"found \"{text}\". Send one of RSA_2048, EC_P256.",
            p => p.RequiredOneOf("P", ["RSA_2048", "EC_P256"]),
            text
        );

    [Fact]
    public void A_message_repeats_at_most_64_characters_without_control_characters_and_no_private_key()
    {
        Refused(
            "found \"a?b" + new string('x', 61) + "...\". Send A.",
            p => p.RequiredOneOf("P", ["A"]),
            "a\nb" + new string('x', 100)
        );
        Refused(
            "found \"(a private key, not shown)\". Send A.",
            p => p.RequiredOneOf("P", ["A"]),
            "-----BEGIN PRIVATE KEY-----MIIE"
        );
    }

    [Fact]
    public void Reads_base64() =>
        Gen
            .Byte.Array[1, 100]
            .Sample(bytes => Of(Convert.ToBase64String(bytes)).RequiredBase64("P", 100).SequenceEqual(bytes));

    [Theory]
    [InlineData("AAA A", "breaks at character 4: a blank")]
    [InlineData("AAAA\nAAA=", "breaks at character 5: a line break")]
    [InlineData("AA-_", "breaks at character 3: a '-' or '_'")]
    [InlineData("AA==AAAA", "breaks at character 3: a '=' before the end")]
    [InlineData("AAA%3D", "breaks at character 4: a '%'")]
    [InlineData("AAA!", "breaks at character 4: a character")]
    [InlineData("中", "breaks at character 1")]
    [InlineData("AAA", "3 characters of base64, which is not a multiple of 4")]
    [InlineData("A===", "more than two '='")]
    [InlineData("====", "more than two '='")]
    [InlineData("QUJDREVGR0hJSks=", "found 11 bytes after base64 decoding, at most 10")]
    public void Says_where_base64_breaks_and_never_repeats_it(string text, string reason)
    {
        var refusal = Assert.Throws<ApiException>(() => Of(text).RequiredBase64("P", 10));

        Assert.Equal(ErrorCodes.InvalidParameter, refusal.Error);
        Assert.StartsWith(Sentence, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(text, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "")]
    [InlineData("{}", "")]
    [InlineData(" [ \"a\" , \"b\" ] ", "a|b")]
    [InlineData("{\"1\":\"a\",\"2\":\"b\"}", "a|b")]
    [InlineData("[\"\\u003d\\\"\"]", "=\"")]
    public void Reads_a_list_of_texts(string json, string expected) =>
        Assert.Equal(expected, string.Join('|', Of(json).JsonTexts("P", 3)));

    [Theory]
    [InlineData("a.example", "not valid JSON, line 1, byte 1")]
    [InlineData("\"a\"", "found a text")]
    [InlineData("[1]", "found a number where text belongs")]
    [InlineData("[null]", "found null where text belongs")]
    [InlineData("[[\"a\"]]", "found a list where text belongs")]
    [InlineData("{\"a\":{\"b\":\"c\"}}", "found an object where text belongs")]
    [InlineData("[\"a\"", "not valid JSON")]
    [InlineData("[\"a\"] x", "not valid JSON")]
    [InlineData("[\"a\",\"b\",\"c\",\"d\"]", "more than 3 entries")]
    [InlineData("[\"\\ud800\"]", "half a surrogate pair")]
    public void Refuses_other_lists(string json, string reason) => RefusedWith(reason, p => p.JsonTexts("P", 3), json);

    [Fact]
    public void Reads_pairs() =>
        Assert.Equal(
            [new("a", "b"), new("c", "")],
            Of("""[{"TagKey":"a","TagValue":"b"},{"TagKey":"c"}]""").JsonPairs("P", "TagKey", "TagValue", 2)
        );

    [Theory]
    [InlineData("{}", "found an object")]
    [InlineData("[\"a\"]", "found a text in the array")]
    [InlineData("[{}]", "an object without TagKey")]
    [InlineData("[{\"TagValue\":\"b\"}]", "an object without TagKey")]
    [InlineData("[{\"TagKey\":1}]", "found a number where text belongs")]
    [InlineData("[{\"TagKey\":\"a\",\"TagKey\":\"b\"}]", "unknown or repeated field \"TagKey\"")]
    [InlineData("[{\"Key\":\"a\"}]", "unknown or repeated field \"Key\"")]
    [InlineData("[{\"TagKey\":\"a\"},{\"TagKey\":\"b\"},{\"TagKey\":\"c\"}]", "more than 2 entries")]
    [InlineData("[{\"TagKey\":\"a\"}", "not valid JSON")]
    public void Refuses_other_pairs(string json, string reason) =>
        RefusedWith(reason, p => p.JsonPairs("P", "TagKey", "TagValue", 2), json);

    private static Parameters Of(string value) => Parameters.From([new("P", value)]);

    private static void Refused(string rest, Action<Parameters> read, string value)
    {
        var refusal = Assert.Throws<ApiException>(() => read(Of(value)));
        Assert.Equal(ErrorCodes.InvalidParameter, refusal.Error);
        Assert.Equal(Sentence + rest, refusal.Message);
    }

    private static void RefusedWith(string reason, Action<Parameters> read, string value)
    {
        var refusal = Assert.Throws<ApiException>(() => read(Of(value)));
        Assert.Equal(ErrorCodes.InvalidParameter, refusal.Error);
        Assert.StartsWith(Sentence, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }
}
