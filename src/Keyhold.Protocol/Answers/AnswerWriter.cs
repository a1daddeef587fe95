namespace Keyhold.Protocol.Answers;

/// <summary>
/// The fields of an answer, in the order written, in either format. Lists are wrapped in JSON unless the operation is
/// one of the few that are not: <c>{"Keys":{"Key":[...]}}</c>; in XML they always are.
/// </summary>
public abstract class AnswerWriter
{
    /// <summary>A null value leaves the field out.</summary>
    public abstract void Text(string name, string? value);

    public abstract void Flag(string name, bool value);

    public abstract void Number(string name, long value);

    /// <summary>A number of any size or precision, in the digits of JSON (RFC 8259 section 6), which the caller has checked.</summary>
    public abstract void NumberAsWritten(string name, string digits);

    public abstract void Texts(string listName, string itemName, IEnumerable<string> items, bool wrapped);

    public abstract void Objects<T>(
        string listName,
        string itemName,
        IEnumerable<T> items,
        Action<AnswerWriter, T> write,
        bool wrapped = true
    );

    public abstract void Object(string name, Action<AnswerWriter> write);
}
