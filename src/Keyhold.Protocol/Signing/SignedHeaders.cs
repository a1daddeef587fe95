using Keyhold.Protocol.Rpc;

namespace Keyhold.Protocol.Signing;

/// <summary>
/// The rules for a V3 request's list of signed headers: it is used exactly as given, but whatever this API obeys
/// (x-acs-*) must be on it, and nothing on it may be missing or be two things at once.
/// </summary>
internal sealed class SignedHeaders(string text)
{
    private readonly int count = text.AsSpan().Count(';') + 1;

    /// <summary>Left empty when there are too many: nobody has signed yet who could be allowed the memory.</summary>
    private readonly string[] names = text.AsSpan().Count(';') < RequestLimits.MaxSignedHeaders ? text.Split(';') : [];

    /// <summary>As the client wrote it.</summary>
    public string Text => text;

    public ReadOnlySpan<string> Names => names;

    public void Check(IRequestHeaders headers)
    {
        if (count > RequestLimits.MaxSignedHeaders)
        {
            throw Incomplete(
                $"{count} names in SignedHeaders, at most {RequestLimits.MaxSignedHeaders} are taken",
                "Sign fewer headers."
            );
        }

        for (var index = 0; index < names.Length; index++)
        {
            CheckListed(names[index], headers);
            if (Contains(names.AsSpan(0, index), names[index]))
            {
                throw Incomplete($"{Shown.Quoted(names[index])} twice in SignedHeaders", "List each header once.");
            }
        }

        foreach (var name in headers.Names)
        {
            if (name.StartsWith("x-acs-", StringComparison.OrdinalIgnoreCase) && !Contains(names, name))
            {
                throw Incomplete(
                    $"the header {Shown.Text(name)}, which SignedHeaders does not list",
                    "Sign every x-acs-* header that is sent, and let no proxy add any."
                );
            }
        }
    }

    private static bool Contains(ReadOnlySpan<string> names, string name)
    {
        foreach (var listed in names)
        {
            if (string.Equals(listed, name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
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
