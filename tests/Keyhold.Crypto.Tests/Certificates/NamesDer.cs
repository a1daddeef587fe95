using System.Formats.Asn1;
using System.Net;
using Keyhold.Crypto.Certificates;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>
/// Writes alternative names and name constraints from texts such as <c>dns:example.com</c>, <c>mail:a@example.com</c>,
/// <c>uri:https://example.com</c>, <c>ip:192.0.2.1</c>, <c>ip:192.0.2.0/255.255.255.0</c>, <c>dn:CN=a</c>, <c>id:1.2.3</c>,
/// <c>mail8:a@example.com</c> (SmtpUTF8Mailbox), <c>mail8#0500</c> (the same with any value, in hexadecimal).
/// </summary>
internal static class NamesDer
{
    public static CertificateExtension AlternativeNames(params string[] names)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            Array.ForEach(names, name => Write(writer, name));
        }
        return new CertificateExtension("2.5.29.17", false, writer.Encode());
    }

    public static CertificateExtension Constraints(string[] permitted, string[] excluded, bool isCritical = true)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            WriteTrees(writer, 0, permitted);
            WriteTrees(writer, 1, excluded);
        }
        return new CertificateExtension("2.5.29.30", isCritical, writer.Encode());
    }

    private static void WriteTrees(AsnWriter writer, int tag, string[] names)
    {
        if (names.Length == 0)
        {
            return;
        }
        using var list = writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, tag));
        foreach (var name in names)
        {
            using var tree = writer.PushSequence();
            Write(writer, name);
        }
    }

    private static void Write(AsnWriter writer, string name)
    {
        var separator = name.IndexOfAny([':', '#']);
        var value = name[(separator + 1)..];
        switch (name[..separator])
        {
            case "mail":
                writer.WriteCharacterString(UniversalTagNumber.IA5String, value, Tag(1));
                break;
            case "dns":
                writer.WriteCharacterString(UniversalTagNumber.IA5String, value, Tag(2));
                break;
            case "dn":
                using (writer.PushSequence(Tag(4)))
                {
                    writer.WriteEncodedValue(DistinguishedName.Parse(value).Der.Span);
                }
                break;
            case "uri":
                writer.WriteCharacterString(UniversalTagNumber.IA5String, value, Tag(6));
                break;
            case "ip":
                byte[] bytes = [.. value.Split('/').SelectMany(part => IPAddress.Parse(part).GetAddressBytes())];
                writer.WriteOctetString(bytes, Tag(7));
                break;
            case "mail8":
                using (writer.PushSequence(Tag(0)))
                {
                    writer.WriteObjectIdentifier("1.3.6.1.5.5.7.8.9");
                    using var wrapper = writer.PushSequence(Tag(0));
                    WriteUtf8(writer, value, isHexadecimal: name[separator] == '#');
                }
                break;
            default:
                writer.WriteObjectIdentifier(value, Tag(8));
                break;
        }
    }

    private static void WriteUtf8(AsnWriter writer, string value, bool isHexadecimal)
    {
        if (isHexadecimal)
        {
            writer.WriteEncodedValue(Convert.FromHexString(value));
        }
        else
        {
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
        }
    }

    private static Asn1Tag Tag(int number) => new(TagClass.ContextSpecific, number);
}
