using Keyhold.Protocol.Rpc;

namespace Keyhold.Protocol.Signing;

/// <summary>
/// A V3 Authorization header:
/// <code>ACS3-HMAC-SHA256 Credential=[id],SignedHeaders=[h1;h2],Signature=[hex]</code>
/// in any order, blanks after commas allowed, as Alibaba's clients differ in both.
/// </summary>
internal sealed record Authorization(string Algorithm, string Credential, SignedHeaders SignedHeaders, byte[] Signature)
{
    private const string Shape = "ACS3-HMAC-SHA256 Credential=...,SignedHeaders=...,Signature=...";

    /// <summary>Null for other schemes of HTTP authentication, which this API does not use.</summary>
    public static Authorization? ParseIfAcs(string header)
    {
        var text = header.AsSpan().Trim();
        if (!text.StartsWith("ACS", StringComparison.Ordinal))
        {
            return null;
        }

        var blank = text.IndexOf(' ');
        if (blank < 0)
        {
            throw Malformed("the Authorization header has no parts");
        }

        var algorithm = text[..blank].ToString();
        if (!algorithm.StartsWith("ACS3-", StringComparison.Ordinal))
        {
            throw ApiException.Explained(
                ErrorCodes.InvalidSignatureMethod,
                $"Found {Shown.Quoted(algorithm)} in the Authorization header",
                "Use ACS3-HMAC-SHA256."
            );
        }

        return ParseParts(algorithm, text[(blank + 1)..]);
    }

    private static Authorization ParseParts(string algorithm, ReadOnlySpan<char> parts)
    {
        string? credential = null;
        string? signedHeaders = null;
        string? signature = null;
        foreach (var range in parts.Split(','))
        {
            var part = parts[range].Trim();
            var equals = part.IndexOf('=');
            var name = equals < 0 ? part : part[..equals];
            var value = equals < 0 ? "" : part[(equals + 1)..].ToString();
            switch (name)
            {
                case "Credential" when credential is null:
                    credential = value;
                    break;
                case "SignedHeaders" when signedHeaders is null:
                    signedHeaders = value;
                    break;
                case "Signature" when signature is null:
                    signature = value;
                    break;
                default:
                    throw Malformed("the Authorization header has an unknown or repeated part");
            }
        }

        return new Authorization(
            algorithm,
            credential ?? throw Malformed("the Authorization header has no Credential"),
            new SignedHeaders(signedHeaders ?? throw Malformed("the Authorization header has no SignedHeaders")),
            Decoded(signature ?? throw Malformed("the Authorization header has no Signature"))
        );
    }

    private static byte[] Decoded(string signature)
    {
        try
        {
            return Convert.FromHexString(signature);
        }
        catch (FormatException)
        {
            throw Malformed("the Signature in the Authorization header is not hexadecimal");
        }
    }

    private static ApiException Malformed(string reason) =>
        ApiException.Explained(ErrorCodes.IncompleteSignature, "Found: " + reason, $"Send {Shape}.");
}
