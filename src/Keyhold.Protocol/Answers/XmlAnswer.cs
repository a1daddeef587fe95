using System.Buffers;
using System.Globalization;
using System.Text;

namespace Keyhold.Protocol.Answers;

/// <summary>
/// XML 1.0 with declaration (without one, Alibaba's older .NET client fails), elements only, no white space between
/// them. Characters that XML 1.0 cannot carry become U+FFFD; CR is a character reference, since parsers drop it.
/// </summary>
internal sealed class XmlAnswer : AnswerWriter
{
    private static readonly SearchValues<char> Troublesome = SearchValues.Create(
        "&<>\r\0\u0001\u0002\u0003\u0004\u0005\u0006\a\b\v\f\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016"
            + "\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\uFFFE\uFFFF"
    );

    private readonly IBufferWriter<byte> output;
    private readonly string root;

    public XmlAnswer(IBufferWriter<byte> output, string root)
    {
        this.output = output;
        this.root = root;
        output.Write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"u8);
        Open(root);
    }

    /// <summary>Closes the root element.</summary>
    public void Complete() => Close(root);

    public override void Text(string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        Open(name);
        Escaped(value);
        Close(name);
    }

    public override void Flag(string name, bool value) => Text(name, value ? "true" : "false");

    public override void Number(string name, long value) => Text(name, value.ToString(CultureInfo.InvariantCulture));

    public override void NumberAsWritten(string name, string digits) => Text(name, digits);

    public override void Texts(string listName, string itemName, IEnumerable<string> items, bool wrapped)
    {
        Open(listName);
        foreach (var item in items)
        {
            Text(itemName, item);
        }

        Close(listName);
    }

    public override void Objects<T>(
        string listName,
        string itemName,
        IEnumerable<T> items,
        Action<AnswerWriter, T> write,
        bool wrapped = true
    )
    {
        Open(listName);
        foreach (var item in items)
        {
            Open(itemName);
            write(this, item);
            Close(itemName);
        }

        Close(listName);
    }

    public override void Object(string name, Action<AnswerWriter> write)
    {
        Open(name);
        write(this);
        Close(name);
    }

    private void Open(string name)
    {
        output.Write("<"u8);
        Raw(name);
        output.Write(">"u8);
    }

    private void Close(string name)
    {
        output.Write("</"u8);
        Raw(name);
        output.Write(">"u8);
    }

    private void Escaped(ReadOnlySpan<char> text)
    {
        while (text.IndexOfAny(Troublesome) is var at and >= 0)
        {
            Raw(text[..at]);
            output.Write(
                text[at] switch
                {
                    '&' => "&amp;"u8,
                    '<' => "&lt;"u8,
                    '>' => "&gt;"u8,
                    '\r' => "&#13;"u8,
                    _ => "\uFFFD"u8,
                }
            );
            text = text[(at + 1)..];
        }

        Raw(text);
    }

    // The encoder replaces lone surrogates by U+FFFD, which is what XML wants too.
    private void Raw(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, output);
}
