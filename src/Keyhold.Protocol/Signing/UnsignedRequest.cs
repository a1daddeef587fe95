using System.Text;
using Keyhold.Protocol.Rpc;

namespace Keyhold.Protocol.Signing;

/// <summary>The canonical wire form of parameters, which a client sends as query or form body.</summary>
internal static class UnsignedRequest
{
    public const string FormType = "application/x-www-form-urlencoded";

    /// <summary>Sorted and encoded, so that what is sent is also what is signed.</summary>
    public static WireParameters Ordered(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var pairs = new StringBuilder();
        foreach (var (name, value) in parameters)
        {
            pairs.Append(pairs.Length == 0 ? "" : "&");
            pairs.Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        }

        return WireParameters.Read(pairs.ToString(), [], BodyKind.Empty);
    }

    public static byte[] Encoded(WireParameters parameters)
    {
        var output = new PooledBytes(1024);
        try
        {
            CanonicalForm.AppendV3Query(ref output, parameters, plainNames: false);
            return output.Written.ToArray();
        }
        finally
        {
            output.Dispose();
        }
    }

    public static string Target(ReadOnlySpan<byte> query) =>
        query.IsEmpty ? "/" : "/?" + Encoding.ASCII.GetString(query);
}
