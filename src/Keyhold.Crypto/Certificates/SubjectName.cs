using System.Formats.Asn1;
using System.Net;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// One name that a certificate claims and that constraints apply to: its alternative names, its subject, the e-mail
/// addresses in it, and a common name that stands in for a missing DNS name. Taken apart once, since it may be compared
/// with thousands of constraints.
/// </summary>
internal sealed class SubjectName
{
    private const string CommonName = "2.5.4.3";
    private const string EmailAddress = "1.2.840.113549.1.9.1";

    private readonly GeneralName name;

    private SubjectName(GeneralName name) => this.name = name;

    public GeneralName.NameKind Kind => name.Kind;

    /// <summary>False for what is written so that nobody can tell in which subtree it lies.</summary>
    public bool IsComparable { get; private init; }

    /// <summary>Of DNS names, mailboxes and URIs.</summary>
    public string Host { get; private init; } = "";

    /// <summary>Of mailboxes: what stands before the host.</summary>
    public string LocalPart { get; private init; } = "";

    /// <summary>Of IP addresses.</summary>
    public ReadOnlySpan<byte> Address => name.Content.Span;

    /// <summary>Of directory names.</summary>
    public IReadOnlyList<RelativeNameForm> RelativeForms { get; private init; } = [];

    /// <summary>How many steps a comparison with one constraint may take.</summary>
    public int Weight => Math.Max(1, RelativeForms.Count);

    public override string ToString() => $"{Kind} {name.Shown}";

    public static IReadOnlyList<SubjectName> Of(Certificate certificate, bool isLeaf)
    {
        var names = new List<SubjectName>();
        foreach (var alternative in certificate.AlternativeNames)
        {
            names.Add(Of(alternative));
            if (
                alternative.Kind == GeneralName.NameKind.Other
                && SmtpUtf8Mailbox.TryRead(alternative.Content, out var mailbox)
            )
            {
                names.Add(OfMailbox(alternative with { Kind = GeneralName.NameKind.Email, Text = mailbox }));
            }
        }
        var hasDns = names.Exists(one => one.Kind == GeneralName.NameKind.Dns);
        if (!certificate.Subject.IsEmpty)
        {
            names.Add(
                OfDirectory(
                    new GeneralName(GeneralName.NameKind.Directory, certificate.Subject.Der, null),
                    certificate.Subject
                )
            );
        }
        foreach (var attribute in certificate.Subject.Attributes)
        {
            if (attribute.Oid is EmailAddress)
            {
                names.Add(OfMailbox(new GeneralName(GeneralName.NameKind.Email, attribute.Encoded, attribute.Text)));
            }
            else if (isLeaf && !hasDns && attribute is { Oid: CommonName, Text: { } host } && LooksLikeHost(host))
            {
                names.Add(Of(new GeneralName(GeneralName.NameKind.Dns, attribute.Encoded, host)));
            }
        }
        return names;
    }

    /// <summary>Many programs take such a common name for the host's.</summary>
    private static bool LooksLikeHost(string text) =>
        text.Contains('.', StringComparison.Ordinal) && HostName.IsComparable(text) && !IPAddress.TryParse(text, out _);

    private static SubjectName Of(GeneralName name) =>
        name.Kind switch
        {
            GeneralName.NameKind.Dns => new SubjectName(name)
            {
                IsComparable = HostName.IsComparable(name.Text),
                Host = name.Text!,
            },
            GeneralName.NameKind.Email => OfMailbox(name),
            GeneralName.NameKind.Uri => new SubjectName(name)
            {
                IsComparable = UriHost.TryFind(name.Text, out var host),
                Host = host.ToString(),
            },
            GeneralName.NameKind.IpAddress => new SubjectName(name) { IsComparable = true },
            GeneralName.NameKind.Directory => OfDirectory(name),
            _ => new SubjectName(name),
        };

    private static SubjectName OfMailbox(GeneralName name)
    {
        var mailbox = name.Text is null ? null : SmtpUtf8Mailbox.WithAsciiDomain(name.Text);
        return new SubjectName(name)
        {
            IsComparable = MailAddress.TrySplit(mailbox, out var local, out var host),
            LocalPart = local.ToString(),
            Host = host.ToString(),
        };
    }

    private static SubjectName OfDirectory(GeneralName name)
    {
        try
        {
            return OfDirectory(name, DistinguishedName.Read(name.Content));
        }
        catch (AsnContentException)
        {
            return new SubjectName(name);
        }
    }

    private static SubjectName OfDirectory(GeneralName name, DistinguishedName read) =>
        new(name) { IsComparable = !read.IsEmpty, RelativeForms = read.RelativeForms };
}
