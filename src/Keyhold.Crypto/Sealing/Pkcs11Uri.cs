namespace Keyhold.Crypto.Sealing;

/// <summary>
/// A PKCS#11 URI (RFC 7512) that names one AES key: <c>pkcs11:token=T;object=O?module-path=M&amp;pin-source=S</c>.
/// <c>serial</c> may tell tokens of one label apart. S is <c>file:PATH</c> or <c>env:NAME</c>; a PIN in the URI itself
/// is refused, since every user of the machine can read the arguments of programs.
/// </summary>
internal sealed record Pkcs11Uri
{
    internal const string Scheme = "pkcs11:";

    private const string Example =
        "pkcs11:token=keyhold;object=keyhold-root?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/etc/keyhold/pin";

    private Pkcs11Uri(string text) => Text = text;

    internal string Text { get; }

    internal string? Token { get; private set; }

    internal string? Serial { get; private set; }

    internal string Object { get; private set; } = "";

    internal string ModulePath { get; private set; } = "";

    internal string PinSource { get; private set; } = "";

    internal static Pkcs11Uri Parse(string text)
    {
        var uri = new Pkcs11Uri(text);
        string[] halves = text[Scheme.Length..].Split('?', 2);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string attribute in halves[0].Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            uri.SetOfPath(attribute, seen);
        }

        foreach (
            string attribute in halves.Length < 2 ? [] : halves[1].Split('&', StringSplitOptions.RemoveEmptyEntries)
        )
        {
            uri.SetOfQuery(attribute, seen);
        }

        uri.RequireWhole();
        return uri;
    }

    private void SetOfPath(string attribute, HashSet<string> seen)
    {
        (string name, string value) = Split(attribute, seen);
        switch (name)
        {
            case "token":
                Token = value;
                break;
            case "serial":
                Serial = value;
                break;
            case "object":
                Object = value;
                break;
            case "type" when value is "secret-key":
                break;
            case "type":
                throw Refused($"its type is \"{value}\", but the root key is a secret-key");
            default:
                throw Refused(
                    $"its attribute \"{name}\" is not used here; token, serial, object and type=secret-key may stand before the ?"
                );
        }
    }

    private void SetOfQuery(string attribute, HashSet<string> seen)
    {
        (string name, string value) = Split(attribute, seen);
        switch (name)
        {
            case "module-path":
                ModulePath = value;
                break;
            case "pin-source":
                PinSource = value;
                break;
            case "pin-value":
                throw new RootKeyException(
                    "The PKCS#11 URI holds the PIN itself (pin-value), which every user of the machine can read. Put the "
                        + "PIN in a file that its owner alone may read and give pin-source=file:PATH, and change the PIN."
                );
            default:
                throw Refused(
                    $"its attribute \"{name}\" is not used here; module-path and pin-source may stand after the ?"
                );
        }
    }

    private void RequireWhole()
    {
        if (Token is null && Serial is null)
        {
            throw Refused("it names no token");
        }

        if (Object.Length == 0)
        {
            throw Refused("it names no object, the label of the key");
        }

        if (!Path.IsPathFullyQualified(ModulePath))
        {
            throw Refused("it has no module-path with the full path of the HSM's PKCS#11 library");
        }

        if (PinSource.Length == 0)
        {
            throw Refused("it has no pin-source, which says where the PIN is: file:PATH or env:NAME");
        }
    }

    private static (string Name, string Value) Split(string attribute, HashSet<string> seen)
    {
        int equals = attribute.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw Refused("a part of it is not NAME=VALUE");
        }

        string name = attribute[..equals];
        return seen.Add(name)
            ? (name, Uri.UnescapeDataString(attribute[(equals + 1)..]))
            : throw Refused($"its attribute \"{name}\" is there twice");
    }

    /// <summary>The URI is not repeated: what was typed in a wrong place may be a PIN.</summary>
    private static RootKeyException Refused(string reason) =>
        new($"The PKCS#11 URI of the root key cannot be used: {reason}. Expected is something like {Example}");
}
