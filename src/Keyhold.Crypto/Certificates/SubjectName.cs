using System.Formats.Asn1;
using System.Net;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// One name that a certificate claims and that constraints apply to: its alternative names, its subject, the e-mail
/// addresses in it, and a common name that stands in for a missing DNS name.
/// </summary>
internal sealed record SubjectName(
    GeneralName.NameKind Kind,
    string Text,
    ReadOnlyMemory<byte> Content,
    IReadOnlyList<string> RelativeNames
)
{
    private const string CommonName = "2.5.4.3";
    private const string EmailAddress = "1.2.840.113549.1.9.1";

    /// <summary>False for what is written so that nobody can tell in which subtree it lies.</summary>
    public bool IsComparable =>
        Kind switch
        {
            GeneralName.NameKind.Dns => HostName.IsComparable(Text),
            GeneralName.NameKind.Email => MailAddress.TrySplit(Text, out _, out _),
            GeneralName.NameKind.Uri => UriHost.TryFind(Text, out _),
            GeneralName.NameKind.IpAddress => true,
            GeneralName.NameKind.Directory => RelativeNames.Count > 0,
            _ => false,
        };

    public override string ToString() =>
        $"{Kind} {(Text.Length > 0 ? MessageText.Excerpt(Text) : Convert.ToHexString(Content.Span))}";

    public static List<SubjectName> Of(Certificate certificate, bool isLeaf)
    {
        var names = new List<SubjectName>();
        var hasDns = false;
        foreach (var name in certificate.AlternativeNames)
        {
            hasDns |= name.Kind == GeneralName.NameKind.Dns;
            names.Add(
                name.Kind == GeneralName.NameKind.Directory
                    ? OfDirectory(name.Content)
                    : new SubjectName(name.Kind, name.Text ?? "", name.Content, [])
            );
        }
        if (!certificate.Subject.IsEmpty)
        {
            names.Add(OfDirectory(certificate.Subject));
        }
        foreach (var attribute in certificate.Subject.Attributes)
        {
            if (attribute is { Oid: EmailAddress, Text: { } mailbox })
            {
                names.Add(new SubjectName(GeneralName.NameKind.Email, mailbox, default, []));
            }
            else if (isLeaf && !hasDns && attribute is { Oid: CommonName, Text: { } host } && LooksLikeHost(host))
            {
                names.Add(new SubjectName(GeneralName.NameKind.Dns, host, default, []));
            }
        }
        return names;
    }

    /// <summary>Many programs take such a common name for the host's.</summary>
    private static bool LooksLikeHost(string text) =>
        text.Contains('.', StringComparison.Ordinal) && HostName.IsComparable(text) && !IPAddress.TryParse(text, out _);

    private static SubjectName OfDirectory(ReadOnlyMemory<byte> der)
    {
        try
        {
            return OfDirectory(DistinguishedName.Read(der));
        }
        catch (AsnContentException)
        {
            return new SubjectName(GeneralName.NameKind.Directory, "", der, []);
        }
    }

    private static SubjectName OfDirectory(DistinguishedName name) =>
        new(GeneralName.NameKind.Directory, name.ToString(), name.Der, name.RelativeNormalForms);
}
