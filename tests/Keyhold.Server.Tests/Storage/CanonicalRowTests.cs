using CsCheck;
using Keyhold.Storage.Rows;

namespace Keyhold.Server.Tests.Storage;

public sealed class CanonicalRowTests
{
    private static readonly Gen<object?> AnyField = Gen.OneOf(
        Gen.Const((object?)null),
        Gen.String.Select(text => (object?)text),
        Gen.Long.Select(number => (object?)number),
        Gen.Byte.Array[0, 20].Select(bytes => (object?)bytes)
    );

    [Fact]
    public void The_first_version_of_the_form_never_changes()
    {
        var row = new CanonicalRow("keys");
        row.Text("id-1");
        row.Integer(-2);
        row.Text("é");
        row.Text("");
        row.Text(null);
        row.Integer(null);
        row.Blob([0xAB, 0xCD]);
        row.Blob([]);
        row.Blob(null);

        Assert.Equal(
            "4B485201"
                + ("01" + "00000004" + "6B657973")
                + ("01" + "00000004" + "69642D31")
                + ("02" + "FFFFFFFFFFFFFFFE")
                + ("01" + "00000002" + "C3A9")
                + ("01" + "00000000")
                + "00"
                + "00"
                + ("03" + "00000002" + "ABCD")
                + ("03" + "00000000")
                + "00",
            Convert.ToHexString(row.Bytes)
        );
    }

    [Fact]
    public void An_added_column_without_a_value_adds_nothing_and_one_with_a_value_its_name_and_value()
    {
        var row = new CanonicalRow("keys");
        row.AddedBlob("first", null);
        row.AddedBlob("second", [0xAB]);
        row.AddedBlob("third", null);

        Assert.Equal(
            "4B485201"
                + ("01" + "00000004" + "6B657973")
                + ("01" + "00000006" + "7365636F6E64")
                + ("03" + "00000001" + "AB"),
            Convert.ToHexString(row.Bytes)
        );
    }

    [Fact]
    public void The_hmac_of_a_row_covers_it_in_the_stated_order()
    {
        var row = new RowWriter("keys", new TestRowAuthenticator());
        row.Text("@id", "id-1");
        row.Integer("@revision", 7);

        var values = row.Finish();

        Assert.Equal("@id @revision @mac_key_id @mac", string.Join(' ', values.Select(value => value.Name)));
        // openssl dgst -sha256 -hmac "row key 1" over
        // 4B485201 01000000046B657973 010000000469642D31 020000000000000007 020000000000000001
        Assert.Equal(
            "7A85985F8A261FE46AB76879A709A14C95E66CBA5D6A9845AA0BCC8F55E19C07",
            Convert.ToHexString((byte[])values[3].Value!)
        );
    }

    [Fact]
    public void A_text_with_a_nul_character_is_refused_when_written()
    {
        var row = new RowWriter("keys", new TestRowAuthenticator());

        var refusal = Assert.Throws<ArgumentException>(() => row.Text("@id", "a\0b"));

        Assert.Contains("@id of table keys contains a NUL", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Different_rows_never_have_the_same_bytes() =>
        Gen.Select(AnyField.Array[0, 5], AnyField.Array[0, 5])
            .Sample(
                (left, right) =>
                {
                    var same = Describe(left).SequenceEqual(Describe(right), StringComparer.Ordinal);
                    return same == Bytes(left).SequenceEqual(Bytes(right));
                }
            );

    [Theory]
    [InlineData("ab", "c", "a", "bc")]
    [InlineData("", "abc", "abc", "")]
    [InlineData("a", null, "a", "")]
    [InlineData(null, "a", "", "a")]
    public void Moving_the_border_between_fields_changes_the_bytes(string? a, string? b, string? c, string? d) =>
        Assert.NotEqual(Bytes([a, b]), Bytes([c, d]));

    // Field by field, each by its own bytes: an unpaired surrogate is U+FFFD in the canonical form as in the column.
    private static IEnumerable<string> Describe(object?[] fields) =>
        fields.Select(field => Convert.ToHexString(Bytes([field])));

    private static byte[] Bytes(object?[] fields)
    {
        var row = new CanonicalRow("t");
        foreach (var field in fields)
        {
            switch (field)
            {
                case long number:
                    row.Integer(number);
                    break;
                case byte[] bytes:
                    row.Blob(bytes);
                    break;
                default:
                    row.Text((string?)field);
                    break;
            }
        }

        return row.Bytes.ToArray();
    }
}
