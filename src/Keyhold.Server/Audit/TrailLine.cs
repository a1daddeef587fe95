using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Keyhold.Server.Audit;

/// <summary>
/// One line of the trail. Its first two fields link it to the line before and stand in this very form, so that a chain can
/// be followed without a JSON parser:
/// <code>
/// {"sequence":N,"previousHash":"64 lower-case hex digits",field,field,...}LF
/// |&lt;------------------------ hashed by the next line -------------------&gt;|
///
/// N             1 in the first line of a chain, then one more each
/// previousHash  SHA-256 of the line before, from { to }, without LF; zeros in the first line of a chain
/// </code>
/// </summary>
internal static class TrailLine
{
    public const int HashSize = SHA256.HashSizeInBytes;
    public const byte LineFeed = (byte)'\n';

    private const int HexSize = 2 * HashSize;

    /// <summary>What the first field of a line that the trail writes about itself says.</summary>
    public const string ControlType = "KeyholdTrail";

    private static ReadOnlySpan<byte> BeforeSequence => "{\"sequence\":"u8;
    private static ReadOnlySpan<byte> BeforeHash => ",\"previousHash\":\""u8;
    private static ReadOnlySpan<byte> BeforeFields => "\","u8;
    private static ReadOnlySpan<byte> ControlField => "\"eventType\":\"KeyholdTrail\","u8;

    /// <summary>The line without its closing brace.</summary>
    public static void Begin(
        IBufferWriter<byte> buffer,
        long sequence,
        ReadOnlySpan<byte> previousHash,
        ReadOnlySpan<byte> fields
    )
    {
        const int longestNumber = 20;
        var span = buffer.GetSpan(
            BeforeSequence.Length + longestNumber + BeforeHash.Length + HexSize + BeforeFields.Length + fields.Length
        );
        var written = Copy(BeforeSequence, span, 0);
        Utf8Formatter.TryFormat(sequence, span[written..], out var digits);
        written = Copy(BeforeHash, span, written + digits);
        Convert.TryToHexStringLower(previousHash, span[written..], out _);
        written = Copy(BeforeFields, span, written + HexSize);
        buffer.Advance(Copy(fields, span, written));
    }

    /// <summary>False for what is no line of a trail, such as the torn end of one.</summary>
    public static bool TryReadLink(ReadOnlySpan<byte> line, out long sequence, Span<byte> previousHash)
    {
        sequence = 0;
        if (!line.StartsWith(BeforeSequence) || line[^1] != (byte)'}')
        {
            return false;
        }

        var rest = line[BeforeSequence.Length..];
        if (!Utf8Parser.TryParse(rest, out sequence, out var digits) || sequence <= 0)
        {
            return false;
        }

        rest = rest[digits..];
        if (!rest.StartsWith(BeforeHash) || rest.Length < BeforeHash.Length + HexSize + BeforeFields.Length)
        {
            return false;
        }

        var hex = rest.Slice(BeforeHash.Length, HexSize);
        return hex.IndexOfAnyExceptInRange((byte)'0', (byte)'f') < 0
            && hex.IndexOfAnyInRange((byte)'A', (byte)'F') < 0
            && Convert.FromHexString(hex, previousHash, out _, out _) == OperationStatus.Done
            && rest[(BeforeHash.Length + HexSize)..].StartsWith(BeforeFields);
    }

    /// <summary>Whether a line that links well is one about the trail itself.</summary>
    public static bool IsControl(ReadOnlySpan<byte> line)
    {
        // The link is longer than 90 bytes only by the digits of the sequence.
        var at = line.IndexOf(BeforeFields);
        return at > 0 && line[(at + BeforeFields.Length)..].StartsWith(ControlField);
    }

    public static string Hex(ReadOnlySpan<byte> hash) => Convert.ToHexStringLower(hash);

    public static string TextOf(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line);

    private static int Copy(ReadOnlySpan<byte> part, Span<byte> target, int at)
    {
        part.CopyTo(target[at..]);
        return at + part.Length;
    }
}
