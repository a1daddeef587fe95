using System.Buffers;
using System.Text;
using Keyhold.Protocol.Rpc;

namespace Keyhold.Protocol.Signing;

/// <summary>
/// The canonical form of parameters that both signature versions share: names and values percent-encoded (RFC 3986
/// section 2.3: only letters, digits, '-', '_', '.' and '~' stay), upper-case hexadecimal, sorted by name in byte
/// order. Always made from decoded bytes, never from the wire's text, whose encoding differs from client to client.
/// </summary>
internal static class CanonicalForm
{
    private static readonly SearchValues<byte> Unreserved = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"u8
    );

    // Bytes that would make an unencoded name ambiguous: with one of them, the text of one set of parameters could
    // also be that of another, and a signature for the one would pass for the other.
    private static readonly SearchValues<byte> Ambiguous = SearchValues.Create("&=%+\r\n\0"u8);

    /// <summary>
    /// V1: <c>METHOD&amp;%2F&amp;enc(name=value&amp;name=value)</c> over all parameters but Signature. Some clients
    /// leave empty values out of it, though they send them.
    /// </summary>
    public static void AppendV1(
        ref PooledBytes output,
        string method,
        WireParameters parameters,
        bool withoutEmptyValues
    )
    {
        AppendAscii(ref output, method);
        output.Append("&%2F&"u8);
        var first = true;
        for (var index = 0; index < parameters.Count; index++)
        {
            var name = parameters.Name(index);
            var value = parameters.Value(index);
            if (name.SequenceEqual(CommonParameters.Signature) || (withoutEmptyValues && value.IsEmpty))
            {
                continue;
            }

            // The outer encoding is applied on the way: '&', '=' and the '%' of the inner one become %26, %3D, %25.
            if (!first)
            {
                output.Append("%26"u8);
            }

            first = false;
            AppendEncoded(ref output, name, "%25"u8);
            output.Append("%3D"u8);
            AppendEncoded(ref output, value, "%25"u8);
        }
    }

    /// <summary>V3: the query's parameters only; the body is covered by its hash.</summary>
    public static void AppendV3Query(ref PooledBytes output, WireParameters parameters, bool plainNames)
    {
        var first = true;
        for (var index = 0; index < parameters.Count; index++)
        {
            if (!parameters[index].InQuery)
            {
                continue;
            }

            if (!first)
            {
                output.Append((byte)'&');
            }

            first = false;
            if (plainNames)
            {
                output.Append(parameters.Name(index));
            }
            else
            {
                AppendEncoded(ref output, parameters.Name(index), "%"u8);
            }

            output.Append((byte)'=');
            AppendEncoded(ref output, parameters.Value(index), "%"u8);
        }
    }

    /// <summary>
    /// Whether leaving the names unencoded, as several of Alibaba's clients do, gives another text, and one that no
    /// other set of parameters has.
    /// </summary>
    public static bool HasPlainNameVariant(WireParameters parameters)
    {
        var differs = false;
        for (var index = 0; index < parameters.Count; index++)
        {
            if (!parameters[index].InQuery)
            {
                continue;
            }

            var name = parameters.Name(index);
            if (name.ContainsAny(Ambiguous))
            {
                return false;
            }

            differs |= name.ContainsAnyExcept(Unreserved);
        }

        return differs;
    }

    public static bool HasEmptyValues(WireParameters parameters)
    {
        for (var index = 0; index < parameters.Count; index++)
        {
            if (parameters.Value(index).IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Percent is "%" for one encoding and "%25" for an encoded encoding.</summary>
    public static void AppendEncoded(ref PooledBytes output, scoped ReadOnlySpan<byte> text, ReadOnlySpan<byte> percent)
    {
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAnyExcept(Unreserved);
            if (plain < 0)
            {
                output.Append(text);
                return;
            }

            output.Append(text[..plain]);
            output.Append(percent);
            var hexadecimal = output.Room(2);
            hexadecimal[0] = "0123456789ABCDEF"u8[text[plain] >> 4];
            hexadecimal[1] = "0123456789ABCDEF"u8[text[plain] & 0x0F];
            text = text[(plain + 1)..];
        }
    }

    public static void AppendAscii(ref PooledBytes output, scoped ReadOnlySpan<char> text) =>
        Encoding.ASCII.GetBytes(text, output.Room(text.Length));

    public static void AppendUtf8(ref PooledBytes output, scoped ReadOnlySpan<char> text) =>
        Encoding.UTF8.GetBytes(text, output.Room(Encoding.UTF8.GetByteCount(text)));

    public static void AppendLowerHexadecimal(ref PooledBytes output, scoped ReadOnlySpan<byte> bytes) =>
        Convert.TryToHexStringLower(bytes, output.Room(bytes.Length * 2), out _);
}
