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

    private NameSubtree(GeneralName name) => this.name = name;

    public GeneralName.NameKind Kind => name.Kind;

    /// <summary>Written <c>.example.com</c> as a DNS constraint, which RFC 5280 does not know and OpenSSL accepts.</summary>
    public bool HasLeadingDot => Kind == GeneralName.NameKind.Dns && IsOnlyBelow;

    /// <summary>Of DNS names, mailboxes and URIs: the domain, without a dot before it.</summary>
    private string Host { get; init; } = "";

    /// <summary>Whether there is a dot before the domain, which leaves out the domain itself.</summary>
    private bool IsOnlyBelow { get; init; }

    /// <summary>Null unless it is a single mailbox.</summary>
    private string? LocalPart { get; init; }

    private IReadOnlyList<RelativeNameForm> RelativeForms { get; init; } = [];

    /// <exception cref="AsnContentException">It is malformed; the message says how.</exception>
    public static NameSubtree Read(GeneralName name)
    {
        switch (name.Kind)
        {
            case GeneralName.NameKind.Dns:
                return OfDomain(name, mayBeEmpty: true);
            case GeneralName.NameKind.Email when name.Text!.Contains('@', StringComparison.Ordinal):
                Require(MailAddress.TrySplit(name.Text, out var local, out var host), name, "is no e-mail address");
                return new NameSubtree(name) { LocalPart = local.ToString(), Host = host.ToString() };
            case GeneralName.NameKind.Email or GeneralName.NameKind.Uri:
                return OfDomain(name, mayBeEmpty: false);
            case GeneralName.NameKind.IpAddress:
                Require(IsNetwork(name.Content.Span), name, "is no address with a mask");
                return new NameSubtree(name);
            case GeneralName.NameKind.Directory:
                return new NameSubtree(name) { RelativeForms = DistinguishedName.Read(name.Content).RelativeForms };
            default:
                return new NameSubtree(name);
        }
    }

    public override string ToString() => $"{Kind} {name.Shown}";

    /// <summary>Null when it cannot be told.</summary>
    /// <param name="isExcluded">Whether touching the subtree is enough.</param>
    public bool? Contains(SubjectName subject, bool isExcluded)
    {
        if (!subject.IsComparable)
        {
            return null;
        }
        return Kind switch
        {
            GeneralName.NameKind.Dns => ContainsHost(subject.Host, isExcluded),
            GeneralName.NameKind.Email => ContainsExactHost(subject.Host)
                && (LocalPart is null || string.Equals(subject.LocalPart, LocalPart, StringComparison.Ordinal)),
            GeneralName.NameKind.Uri => ContainsExactHost(subject.Host),
            GeneralName.NameKind.IpAddress => ContainsAddress(subject.Address),
            GeneralName.NameKind.Directory => ContainsName(subject.RelativeForms),
            _ => null,
        };
    }

    private bool ContainsHost(string host, bool isExcluded)
    {
        var domain = Host.AsSpan();
        var plain = HostName.WithoutWildcard(host);
        if (!HostName.IsWildcard(host))
        {
            return IsOnlyBelow ? HostName.IsBelow(plain, domain) : HostName.IsWithin(plain, domain);
        }
        // A wildcard stands for exactly one label, so it reaches a constraint that has one label more than the rest of it.
        var reaches = HostName.IsBelow(domain, plain) && !domain[..^(plain.Length + 1)].Contains('.');
        return HostName.IsWithin(plain, domain) || (isExcluded && reaches);
    }

    /// <summary>Of mailboxes and URIs: a host alone is only itself, and with a dot before it all that lies below.</summary>
    private bool ContainsExactHost(string host) =>
        IsOnlyBelow ? HostName.IsBelow(host, Host) : host.Equals(Host, StringComparison.OrdinalIgnoreCase);

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

    /// <summary>One relative name that surely differs is enough to tell, whatever the others are.</summary>
    private bool? ContainsName(IReadOnlyList<RelativeNameForm> subject)
    {
        bool? isWithin = true;
        for (var i = 0; i < RelativeForms.Count; i++)
        {
            var isSame = i < subject.Count ? RelativeForms[i].IsSameAs(subject[i]) : false;
            if (isSame == false)
            {
                return false;
            }
            isWithin = isSame is null ? null : isWithin;
        }
        return isWithin;
    }

    private static NameSubtree OfDomain(GeneralName name, bool mayBeEmpty)
    {
        Require(IsDomain(name.Text!, mayBeEmpty), name, "is no host name");
        var isOnlyBelow = name.Text!.StartsWith('.');
        return new NameSubtree(name) { Host = name.Text[(isOnlyBelow ? 1 : 0)..], IsOnlyBelow = isOnlyBelow };
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
