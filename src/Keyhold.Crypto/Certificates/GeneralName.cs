using System.Formats.Asn1;
using System.Net;
using System.Text;

namespace Keyhold.Crypto.Certificates;

/// <summary>One GeneralName (RFC 5280 section 4.2.1.6): its kind, its content bytes and, where it has one, its text.</summary>
internal sealed record GeneralName(GeneralName.NameKind Kind, ReadOnlyMemory<byte> Content, string? Text)
{
    /// <summary>The numbers of the context tags.</summary>
    internal enum NameKind
    {
        Other = 0,
        Email = 1,
        Dns = 2,
        X400 = 3,
        Directory = 4,
        EdiParty = 5,
        Uri = 6,
        IpAddress = 7,
        RegisteredId = 8,
    }

    /// <summary>By the rules of RFC 5280 section 4.2.1.6 for its kind.</summary>
    public bool IsWellWritten =>
        Kind switch
        {
            NameKind.Dns => HostName.IsPreferredSyntax(Text),
            NameKind.Email => MailAddress.TrySplit(Text, out _, out _),
            NameKind.Uri => UriHost.HasScheme(Text),
            _ => true,
        };

    /// <summary>As messages quote it.</summary>
    public string Shown => MessageText.Excerpt(Text ?? (Kind == NameKind.IpAddress ? ShownNetwork() : ShownContent()));

    public static GeneralName FromText(string text) =>
        IPAddress.TryParse(text, out var address)
            ? new GeneralName(NameKind.IpAddress, address.GetAddressBytes(), address.ToString())
            : new GeneralName(NameKind.Dns, Encoding.ASCII.GetBytes(text), text);

    /// <summary>Reads the GeneralNames of an extension; AsnContentException when they are malformed.</summary>
    public static IReadOnlyList<GeneralName> ReadAll(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var names = new List<GeneralName>();
        while (sequence.HasData)
        {
            names.Add(Read(sequence));
        }
        return names.Count > 0 ? names : throw new AsnContentException("There is no name in it.");
    }

    /// <summary>The value of a SubjectAlternativeName extension.</summary>
    public static byte[] Write(IReadOnlyList<GeneralName> names)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var name in names)
            {
                writer.WriteOctetString(name.Content.Span, new Asn1Tag(TagClass.ContextSpecific, (int)name.Kind));
            }
        }
        return writer.Encode();
    }

    private string ShownContent()
    {
        try
        {
            return Kind == NameKind.Directory
                ? DistinguishedName.Read(Content).ToString()
                : Convert.ToHexString(Content.Span);
        }
        catch (AsnContentException)
        {
            return Convert.ToHexString(Content.Span);
        }
    }

    private string ShownNetwork()
    {
        var half = Content.Length / 2;
        return Content.Length is 8 or 32
            ? $"{new IPAddress(Content.Span[..half])}/{new IPAddress(Content.Span[half..])}"
            : Convert.ToHexString(Content.Span);
    }

    /// <param name="isConstraint">Of name constraints, where an IP address carries its mask.</param>
    internal static GeneralName Read(AsnReader sequence, bool isConstraint = false)
    {
        var tag = sequence.PeekTag();
        if (tag.TagClass != TagClass.ContextSpecific || tag.TagValue > (int)NameKind.RegisteredId)
        {
            throw new AsnContentException("A name in it has a tag that GeneralName does not know.");
        }
        var kind = (NameKind)tag.TagValue;
        var isConstructed = kind is NameKind.Other or NameKind.X400 or NameKind.Directory or NameKind.EdiParty;
        if (tag.IsConstructed != isConstructed)
        {
            throw new AsnContentException("A name in it has the wrong form for its tag.");
        }
        var content = sequence.PeekContentBytes();
        sequence.ReadEncodedValue();
        return new GeneralName(kind, content, TextOf(kind, content, isConstraint));
    }

    private static string? TextOf(NameKind kind, ReadOnlyMemory<byte> content, bool isConstraint)
    {
        switch (kind)
        {
            case NameKind.Email or NameKind.Dns or NameKind.Uri:
                // A NUL in the middle has fooled programs that stop reading there.
                return Ascii.IsValid(content.Span) && !content.Span.ContainsAnyInRange((byte)0, (byte)0x1f)
                    ? Encoding.ASCII.GetString(content.Span)
                    : throw new AsnContentException("A name in it is not printable ASCII.");
            case NameKind.IpAddress when isConstraint:
                return null;
            case NameKind.IpAddress:
                // Other lengths occur in name constraints only, which carry a mask.
                return content.Length is 4 or 16
                    ? new IPAddress(content.Span).ToString()
                    : throw new AsnContentException("An IP address in it is neither 4 nor 16 bytes long.");
            default:
                return null;
        }
    }
}
