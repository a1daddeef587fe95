using System.Globalization;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// What of one relative name counts when names are compared (RFC 5280 section 7.1): not letter case, blanks, invisible
/// characters, ways to compose letters or the string type. Made once for each name.
/// </summary>
/// <param name="NormalForm">Equal for relative names that are the same.</param>
/// <param name="Types">The attribute types in it.</param>
/// <param name="IsText">Whether all its values are compared as text; others are compared by their bytes.</param>
internal sealed record RelativeNameForm(string NormalForm, string Types, bool IsText)
{
    public static RelativeNameForm Of(IReadOnlyList<NameAttribute> attributes)
    {
        if (attributes.Count == 1)
        {
            return Of(attributes[0]);
        }
        var forms = attributes.Select(Of).ToArray();
        return new RelativeNameForm(
            string.Join('+', forms.Select(form => form.NormalForm).Order(StringComparer.Ordinal)),
            string.Join('+', forms.Select(form => form.Types).Order(StringComparer.Ordinal)),
            forms.All(form => form.IsText)
        );
    }

    /// <summary>
    /// Null when it cannot be told: a value that is no text, or text with code points that have no rule, may mean the
    /// same as another value of its type although the bytes differ (RFC 4517 calls that undefined).
    /// </summary>
    public bool? IsSameAs(RelativeNameForm other)
    {
        if (string.Equals(NormalForm, other.NormalForm, StringComparison.Ordinal))
        {
            return true;
        }
        var isTold = (IsText && other.IsText) || !string.Equals(Types, other.Types, StringComparison.Ordinal);
        return isTold ? false : null;
    }

    private static RelativeNameForm Of(NameAttribute attribute)
    {
        var oid = attribute.Oid;
        return attribute.Text is { } text && StringPreparation.Prepare(text) is { } prepared
            ? new RelativeNameForm(
                string.Create(CultureInfo.InvariantCulture, $"{oid}={prepared.Length}:{prepared}"),
                oid,
                IsText: true
            )
            : new RelativeNameForm($"{oid}#{Convert.ToHexString(attribute.Encoded.Span)}", oid, IsText: false);
    }
}
