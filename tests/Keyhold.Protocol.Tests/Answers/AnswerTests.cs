using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Xml;
using CsCheck;
using Keyhold.Protocol.Answers;

namespace Keyhold.Protocol.Tests.Answers;

public sealed class AnswerTests
{
    private static readonly Everything Sample = new();

    [Fact]
    public void Writes_compact_JSON_with_the_request_id_last() =>
        Assert.Equal(
            Joined(
                """
                {"Text":"a+b/c==<>&' 中 é","Flag":true,"Number":-12,"LongNumber":12345678901234567890.50,
                "Flat":["a","b"],
                "VersionIds":{"VersionId":["1"]},
                "Tags":{"Tag":[{"TagKey":"k","TagValue":"v"}]},
                "Errors":[],
                "Inner":{"A":"1"},
                "RequestId":"id"}
                """
            ),
            Written(AnswerFormat.Json, Sample)
        );

    [Fact]
    public void Writes_XML_with_a_declaration_and_wrapped_lists() =>
        Assert.Equal(
            Joined(
                """
                <?xml version="1.0" encoding="UTF-8"?><KMS>
                <Text>a+b/c==&lt;&gt;&amp;' 中 é</Text><Flag>true</Flag><Number>-12</Number><LongNumber>12345678901234567890.50</LongNumber>
                <Flat><Item>a</Item><Item>b</Item></Flat>
                <VersionIds><VersionId>1</VersionId></VersionIds>
                <Tags><Tag><TagKey>k</TagKey><TagValue>v</TagValue></Tag></Tags>
                <Errors></Errors>
                <Inner><A>1</A></Inner>
                <RequestId>id</RequestId></KMS>
                """
            ),
            Written(AnswerFormat.Xml, Sample)
        );

    [Fact]
    public void An_empty_answer_still_has_its_request_id()
    {
        Assert.Equal("""{"RequestId":"id"}""", Written(AnswerFormat.Json, new One(null)));
        Assert.Equal(
            """<?xml version="1.0" encoding="UTF-8"?><KMS><RequestId>id</RequestId></KMS>""",
            Written(AnswerFormat.Xml, new One(null))
        );
    }

    [Fact]
    public void Writes_errors_in_both_formats()
    {
        Assert.Equal(
            Joined(
                """
                {"RequestId":"id","HostId":"kms.test","Code":"Rejected.Disabled","Message":"a \"b\"\nc",
                "Recommend":"Follow the message.",
                "HttpStatus":409}
                """
            ),
            Error(AnswerFormat.Json, "a \"b\"\nc")
        );
        Assert.Equal(
            Joined(
                """
                <?xml version="1.0" encoding="UTF-8"?><Error><RequestId>id</RequestId><HostId>kms.test</HostId>
                <Code>Rejected.Disabled</Code><Message>a &lt;b&gt;</Message>
                <Recommend>Follow the message.</Recommend>
                <HttpStatus>409</HttpStatus></Error>
                """
            ),
            Error(AnswerFormat.Xml, "a <b>")
        );
    }

    [Fact]
    public void Content_types_are_exactly_those_that_clients_look_for()
    {
        Assert.Equal("application/json;charset=utf-8", Answer.ContentTypeOf(AnswerFormat.Json));
        Assert.Equal("text/xml;charset=utf-8", Answer.ContentTypeOf(AnswerFormat.Xml));
    }

    [Theory]
    [InlineData("\0\u0001\u001f\uffff", "\ufffd\ufffd\ufffd\ufffd")]
    [InlineData("\t\r\n", "\t\r\n")]
    [InlineData("😀]]>", "😀]]>")]
    public void XML_carries_what_it_can_and_replaces_what_it_cannot(string text, string expected) =>
        Assert.Equal(expected, ReadXml(Written(AnswerFormat.Xml, new One(text))));

    [Fact]
    public void Half_a_surrogate_pair_is_replaced_in_both_formats()
    {
        Assert.Equal("\ufffdx", ReadXml(Written(AnswerFormat.Xml, new One("\ud800x"))));
        Assert.Equal("{\"Text\":\"\ufffdx\",\"RequestId\":\"id\"}", Written(AnswerFormat.Json, new One("\ud800x")));
    }

    [Fact]
    public void JSON_escapes_no_letter_of_any_script() =>
        Assert.Equal(
            """{"Text":"𠮷\"\\\n\t é中　 ","RequestId":"id"}""",
            Written(AnswerFormat.Json, new One("𠮷\"\\\n\t é中\u3000\u00A0"))
        );

    [Fact]
    public void JSON_gives_back_every_text() =>
        Gen.OneOf(Gen.Char['\0', '\ud7ff'].Select(c => c.ToString()), Gen.Const("😀"))
            .Array[0, 30]
            .Select(string.Concat)
            .Sample(text =>
            {
                using var json = JsonDocument.Parse(Written(AnswerFormat.Json, new One(text)));
                Assert.Equal(text, json.RootElement.GetProperty("Text").GetString());
            });

    [Fact]
    public void XML_of_any_text_is_well_formed() =>
        Gen.String[0, 50].Sample(text => ReadXml(Written(AnswerFormat.Xml, new One(text))));

    private static string Joined(string lines) => lines.ReplaceLineEndings("");

    private static string Written(AnswerFormat format, IAnswer answer)
    {
        var output = new ArrayBufferWriter<byte>();
        Answer.Write(output, format, "id", answer);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Error(AnswerFormat format, string message)
    {
        var output = new ArrayBufferWriter<byte>();
        Answer.WriteError(output, format, "id", "kms.test", ErrorCodes.RejectedDisabled, message);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string ReadXml(string xml)
    {
        var document = new XmlDocument { XmlResolver = null, PreserveWhitespace = true };
        document.LoadXml(xml);
        return document.DocumentElement!["Text"]!.InnerText;
    }

    private sealed record One(string? Value) : IAnswer
    {
        public void WriteTo(AnswerWriter answer) => answer.Text("Text", Value);
    }

    private sealed record Everything : IAnswer
    {
        public void WriteTo(AnswerWriter answer)
        {
            answer.Text("Text", "a+b/c==<>&' 中 é");
            answer.Text("Left out", null);
            answer.Flag("Flag", true);
            answer.Number("Number", -12);
            answer.NumberAsWritten("LongNumber", "12345678901234567890.50");
            answer.Texts("Flat", "Item", ["a", "b"], wrapped: false);
            answer.Texts("VersionIds", "VersionId", ["1"], wrapped: true);
            answer.Objects(
                "Tags",
                "Tag",
                [("k", "v")],
                static (item, tag) =>
                {
                    item.Text("TagKey", tag.Item1);
                    item.Text("TagValue", tag.Item2);
                }
            );
            answer.Objects<string>("Errors", "Error", [], static (_, _) => { }, wrapped: false);
            answer.Object("Inner", static inner => inner.Text("A", "1"));
        }
    }
}
