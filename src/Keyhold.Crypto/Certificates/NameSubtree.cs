using System.Formats.Asn1;
using System.Numerics;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// One subtree of name constraints and which names lie in it (RFC 5280 section 4.2.1.10). A wildcard stands for many
/// names: it lies in a permitted subtree only as a whole, and in an excluded one already in part.
/// </summary>
internal sealed class NameSubtree
{
    private readonly GeneralName name;
    private readonly string text;
    private readonly IReadOnlyList<string> relativeNames;

    private NameSubtree(GeneralName name, IReadOnlyList<string> relativeNames)
    {
        this.name = name;
        this.relativeNames = relativeNames;
        text = name.Text ?? "";
    }

    public GeneralName.NameKind Kind => name.Kind;

    /// <summary>Written <c>.example.com</c> as a DNS constraint, which RFC 5280 does not know and OpenSSL accepts.</summary>
    public bool HasLeadingDot => Kind == GeneralName.NameKind.Dns && text.StartsWith('.');

    /// <exception cref="AsnContentException">It is malformed; the message says how.</exception>
    public static NameSubtree Read(GeneralName name)
    {
        switch (name.Kind)
        {
            case GeneralName.NameKind.Dns:
                Require(IsDomain(name.Text!, mayBeEmpty: true), name, "is no host name");
                break;
            case GeneralName.NameKind.Email when name.Text!.Contains('@', StringComparison.Ordinal):
                Require(MailAddress.TrySplit(name.Text, out _, out _), name, "is no e-mail address");
                break;
            case GeneralName.NameKind.Email or GeneralName.NameKind.Uri:
                Require(IsDomain(name.Text!, mayBeEmpty: false), name, "is no host name");
                break;
            case GeneralName.NameKind.IpAddress:
                Require(IsNetwork(name.Content.Span), name, "is no address with a mask");
                break;
            case GeneralName.NameKind.Directory:
                return new NameSubtree(name, DistinguishedName.Read(name.Content).RelativeNormalForms);
        }
        return new NameSubtree(name, []);
    }

    public override string ToString() => $"{Kind} {name.Shown}";

    /// <param name="isExcluded">Whether touching the subtree is enough.</param>
    public bool Contains(SubjectName subject, bool isExcluded) =>
        Kind switch
        {
            GeneralName.NameKind.Dns => ContainsHost(subject.Text, isExcluded),
            GeneralName.NameKind.Email => ContainsMailbox(subject.Text),
            GeneralName.NameKind.Uri => ContainsUri(subject.Text),
            GeneralName.NameKind.IpAddress => ContainsAddress(subject.Content.Span),
            GeneralName.NameKind.Directory => ContainsName(subject.RelativeNames),
            _ => false,
        };

    private bool ContainsHost(string host, bool isExcluded)
    {
        var domain = text.AsSpan(HasLeadingDot ? 1 : 0);
        var plain = HostName.WithoutWildcard(host);
        if (!HostName.IsWildcard(host))
        {
            return HasLeadingDot ? HostName.IsBelow(plain, domain) : HostName.IsWithin(plain, domain);
        }
        // A wildcard stands for exactly one label, so it reaches a constraint that has one label more than the rest of it.
        var reaches = HostName.IsBelow(domain, plain) && !domain[..^(plain.Length + 1)].Contains('.');
        return HostName.IsWithin(plain, domain) || (isExcluded && reaches);
    }

    private bool ContainsMailbox(string mailbox)
    {
        MailAddress.TrySplit(mailbox, out var local, out var host);
        if (!MailAddress.TrySplit(text, out var onlyLocal, out var onlyHost))
        {
            return ContainsExactHost(host);
        }
        return local.SequenceEqual(onlyLocal) && host.Equals(onlyHost, StringComparison.OrdinalIgnoreCase);
    }

    private bool ContainsUri(string uri) => UriHost.TryFind(uri, out var host) && ContainsExactHost(host);

    /// <summary>Of mailboxes and URIs: a host alone is only itself, and with a dot before it all that lies below.</summary>
    private bool ContainsExactHost(ReadOnlySpan<char> host) =>
        text.StartsWith('.')
            ? HostName.IsBelow(host, text.AsSpan(1))
            : host.Equals(text, StringComparison.OrdinalIgnoreCase);

    private bool ContainsAddress(ReadOnlySpan<byte> address)
    {
        var network = name.Content.Span;
        if (network.Length != 2 * address.Length)
        {
            return false;
        }
        for (var i = 0; i < address.Length; i++)
        {
            if (((address[i] ^ network[i]) & network[address.Length + i]) != 0)
            {
                return false;
            }
        }
        return true;
    }

    private bool ContainsName(IReadOnlyList<string> subject)
    {
        if (subject.Count < relativeNames.Count)
        {
            return false;
        }
        for (var i = 0; i < relativeNames.Count; i++)
        {
            if (!string.Equals(subject[i], relativeNames[i], StringComparison.Ordinal))
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsDomain(string text, bool mayBeEmpty)
    {
        var domain = text.AsSpan(text.StartsWith('.') ? 1 : 0);
        return (mayBeEmpty && text.Length == 0) || (HostName.IsComparable(domain) && !HostName.IsWildcard(domain));
    }

    /// <summary>Address and mask, where the mask is ones and then zeros.</summary>
    private static bool IsNetwork(ReadOnlySpan<byte> content)
    {
        if (content.Length is not (8 or 32))
        {
            return false;
        }
        var mask = content[(content.Length / 2)..];
        var ones = 0;
        while (ones < mask.Length && mask[ones] == 0xff)
        {
            ones++;
        }
        return ones == mask.Length
            || (
                BitOperations.PopCount((uint)(byte)~mask[ones])
                    == 8 - BitOperations.LeadingZeroCount((uint)(byte)~mask[ones] << 24)
                && !mask[(ones + 1)..].ContainsAnyExcept((byte)0)
            );
    }

    private static void Require(bool holds, GeneralName name, string fault)
    {
        if (!holds)
        {
            throw new AsnContentException($"{name.Shown} in them {fault}");
        }
    }
}
