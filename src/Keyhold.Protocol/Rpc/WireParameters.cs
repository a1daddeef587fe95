using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Keyhold.Protocol.Rpc;

/// <summary>
/// All parameters of a request, query and body together, decoded to UTF-8 and sorted by name in byte order, as both
/// canonical forms want them. A name may come once only: with two, one part of a server may check the one and another
/// obey the other.
/// </summary>
internal sealed class WireParameters
{
    private readonly byte[] decoded;
    private readonly List<WireParameter> parameters = new(16);
    private int used;

    private WireParameters(int capacity) => decoded = new byte[capacity];

    public static WireParameters Read(ReadOnlySpan<char> query, ReadOnlySpan<byte> body, BodyKind kind)
    {
        // Decoding never makes anything longer.
        var result = new WireParameters(query.Length + (kind == BodyKind.Empty ? 0 : body.Length));
        result.ReadQuery(query);
        if (kind == BodyKind.Form)
        {
            result.ReadForm(body);
        }
        else if (kind == BodyKind.Json)
        {
            JsonBody.Read(body, result);
        }

        result.SortAndRefuseDuplicates();
        return result;
    }

    public int Count => parameters.Count;

    public WireParameter this[int index] => parameters[index];

    public ReadOnlySpan<byte> Name(int index) =>
        decoded.AsSpan(parameters[index].NameStart, parameters[index].NameLength);

    public ReadOnlySpan<byte> Value(int index) =>
        decoded.AsSpan(parameters[index].ValueStart, parameters[index].ValueLength);

    /// <summary>Empty when the parameter is absent: this API treats an empty value as none.</summary>
    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> name)
    {
        var index = IndexOf(name);
        return index < 0 ? [] : Value(index);
    }

    public string Text(ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(Value(name));

    public int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var index = 0; index < parameters.Count; index++)
        {
            if (Name(index).SequenceEqual(name))
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>Room for decoded bytes, for <see cref="JsonBody"/>; followed by <see cref="Take"/>.</summary>
    internal Span<byte> Room => decoded.AsSpan(used);

    /// <summary>Keeps the first bytes of <see cref="Room"/> and says where they start.</summary>
    internal int Take(int length)
    {
        var start = used;
        used += length;
        return start;
    }

    internal void Add(int nameStart, int nameLength, int valueStart, int valueLength, bool inQuery)
    {
        if (nameLength == 0)
        {
            throw Unreadable("a parameter has no name", "Remove the stray '=' or give the parameter its name.");
        }

        if (parameters.Count == RequestLimits.MaxParameters)
        {
            throw ApiException.Explained(
                ErrorCodes.RequestTooLarge,
                $"Found more than {RequestLimits.MaxParameters} parameters",
                "Send fewer."
            );
        }

        parameters.Add(new WireParameter(nameStart, nameLength, valueStart, valueLength, inQuery));
    }

    internal static ApiException Unreadable(string reason, string remedy) =>
        ApiException.Explained(ErrorCodes.ParseRequestParameter, "Found: " + reason, remedy);

    private void ReadQuery(ReadOnlySpan<char> query)
    {
        if (!Ascii.IsValid(query))
        {
            throw Unreadable(
                "a character outside ASCII in the query",
                "Percent-encode parameter names and values as UTF-8."
            );
        }

        // Decoded in place, which is safe because output never overtakes input.
        var raw = Room[..query.Length];
        Encoding.ASCII.GetBytes(query, raw);
        ReadPairs(raw, inQuery: true);
    }

    private void ReadForm(ReadOnlySpan<byte> body)
    {
        // A JSON body relabelled as a form would silently lose its parameters: V3 need not sign Content-Type. No form
        // starts with a brace, which is percent-encoded in one.
        if (body.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..])
        {
            throw Unreadable("a form body that looks like JSON", "Send Content-Type: application/json, or a form.");
        }

        var raw = Room[..body.Length];
        body.CopyTo(raw);
        ReadPairs(raw, inQuery: false);
    }

    // Decodes in place: raw is the start of the room.
    private void ReadPairs(ReadOnlySpan<byte> raw, bool inQuery)
    {
        while (raw.Length > 0)
        {
            var end = raw.IndexOf((byte)'&');
            var pair = end < 0 ? raw : raw[..end];
            raw = end < 0 ? [] : raw[(end + 1)..];
            if (pair.Length == 0)
            {
                continue;
            }

            var equals = pair.IndexOf((byte)'=');
            var name = equals < 0 ? pair : pair[..equals];
            var value = equals < 0 ? [] : pair[(equals + 1)..];
            var (nameStart, nameLength) = Decode(name, "name", []);
            var (valueStart, valueLength) = Decode(value, "value", decoded.AsSpan(nameStart, nameLength));
            Add(nameStart, nameLength, valueStart, valueLength, inQuery);
        }
    }

    private (int Start, int Length) Decode(ReadOnlySpan<byte> raw, string part, ReadOnlySpan<byte> ofParameter)
    {
        if (!PercentEncoding.TryDecode(raw, Room, out var length, out var badAt))
        {
            throw Unreadable(
                $"a '%' that two hexadecimal digits do not follow, at byte {badAt} of {Which(part, ofParameter)}",
                "Percent-encode names and values once; a literal '%' is %25."
            );
        }

        if (!Utf8.IsValid(Room[..length]))
        {
            throw Unreadable(
                $"bytes that are not UTF-8 in {Which(part, ofParameter)}",
                "Encode text as UTF-8 before percent-encoding it; send binary data as base64."
            );
        }

        return (Take(length), length);
    }

    private static string Which(string part, ReadOnlySpan<byte> ofParameter) =>
        ofParameter.Length == 0
            ? $"a parameter's {part}"
            : $"the {part} of {Shown.Text(Encoding.UTF8.GetString(ofParameter))}";

    private void SortAndRefuseDuplicates()
    {
        CollectionsMarshal.AsSpan(parameters).Sort(new ByName(decoded));
        for (var index = 1; index < parameters.Count; index++)
        {
            if (Name(index).SequenceEqual(Name(index - 1)))
            {
                throw ApiException.InvalidParameter(
                    Shown.Text(Encoding.UTF8.GetString(Name(index))),
                    "given more than once in query and body together",
                    "Send each parameter once."
                );
            }
        }
    }

    private readonly struct ByName(byte[] decoded) : IComparer<WireParameter>
    {
        public int Compare(WireParameter x, WireParameter y) =>
            decoded.AsSpan(x.NameStart, x.NameLength).SequenceCompareTo(decoded.AsSpan(y.NameStart, y.NameLength));
    }
}
