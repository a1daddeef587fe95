using Keyhold.Protocol.Rpc;

namespace Keyhold.Protocol.Signing;

/// <summary>
/// The rules for a V3 request's list of signed headers: it is used exactly as given, but whatever this API obeys
/// (x-acs-*) must be on it, and nothing on it may be missing or be two things at once.
/// </summary>
internal static class SignedHeaders
{
    public static void Check(string signedHeaders, IRequestHeaders headers)
    {
        var names = signedHeaders.Split(';');
        if (names.Length > RequestLimits.MaxSignedHeaders)
        {
            throw Incomplete(
                $"{names.Length} names in SignedHeaders, at most {RequestLimits.MaxSignedHeaders} are taken",
                "Sign fewer headers."
            );
        }

        var listed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            CheckListed(name, headers);
            if (!listed.Add(name))
            {
                throw Incomplete($"{Shown.Quoted(name)} twice in SignedHeaders", "List each header once.");
            }
        }

        foreach (var name in headers.Names)
        {
            if (name.StartsWith("x-acs-", StringComparison.OrdinalIgnoreCase) && !listed.Contains(name))
            {
                throw Incomplete(
                    $"the header {Shown.Text(name)}, which SignedHeaders does not list",
                    "Sign every x-acs-* header that is sent, and let no proxy add any."
                );
            }
        }
    }

    private static void CheckListed(string name, IRequestHeaders headers)
    {
        var values = headers.Get(name);
        if (name.Length == 0 || values.Count == 0)
        {
            throw Incomplete(
                $"{Shown.Quoted(name)} in SignedHeaders, but no such header",
                "List only headers that are sent, and let no proxy remove any."
            );
        }

        foreach (var value in values)
        {
            // A line break would let one header pass for two in the canonical form.
            if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
            {
                throw Incomplete($"a line break in the header {Shown.Text(name)}", "Send it on one line.");
            }
        }
    }

    private static ApiException Incomplete(string found, string remedy) =>
        ApiException.Explained(ErrorCodes.IncompleteSignature, "Found: " + found, remedy);
}
