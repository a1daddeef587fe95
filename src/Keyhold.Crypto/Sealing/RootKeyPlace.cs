namespace Keyhold.Crypto.Sealing;

/// <summary>
/// Where a root key lives, as people write it: <c>file:PATH</c>, <c>passphrase</c> or a PKCS#11 URI
/// (<c>pkcs11:...</c>, RFC 7512). This is the one place that reads it.
/// </summary>
public abstract record RootKeyPlace
{
    private const string FilePrefix = "file:";
    private const string PassphraseText = "passphrase";

    private RootKeyPlace() { }

    /// <summary>The provider's name, as it is stored beside the ring.</summary>
    public abstract string Provider { get; }

    /// <summary>How it is written; never a secret.</summary>
    public abstract string Text { get; }

    /// <summary><see cref="RootKeyException"/> when it names no provider or names it wrongly.</summary>
    public static RootKeyPlace Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith(FilePrefix, StringComparison.Ordinal) && text.Length > FilePrefix.Length)
        {
            return new File(text[FilePrefix.Length..]);
        }

        if (text.StartsWith(Pkcs11Uri.Scheme, StringComparison.Ordinal))
        {
            return new Pkcs11(Pkcs11Uri.Parse(text));
        }

        if (string.Equals(text, PassphraseText, StringComparison.Ordinal))
        {
            return new Passphrase();
        }

        // What was typed after "passphrase:" may be the passphrase itself: it is not repeated.
        throw new RootKeyException(
            text.StartsWith(PassphraseText + ":", StringComparison.Ordinal)
                ? "The root key's place \"passphrase\" takes nothing after it: every user of the machine can read the "
                    + "arguments of programs. Type the passphrase when asked, or use --passphrase-file or --passphrase-fd."
                : $"The root key's place is \"{text}\", but file:PATH, passphrase or pkcs11:URI is expected."
        );
    }

    /// <summary>A file that its owner alone may read.</summary>
    public sealed record File(string Path) : RootKeyPlace
    {
        public override string Provider => "file";

        public override string Text => FilePrefix + Path;
    }

    /// <summary>A passphrase that somebody types, or that the service manager hands over.</summary>
    public sealed record Passphrase : RootKeyPlace
    {
        public override string Provider => "passphrase";

        public override string Text => PassphraseText;
    }

    /// <summary>An AES key in a token behind a PKCS#11 module.</summary>
    public sealed record Pkcs11 : RootKeyPlace
    {
        internal Pkcs11(Pkcs11Uri uri) => Uri = uri;

        public override string Provider => "pkcs11";

        public override string Text => Uri.Text;

        internal Pkcs11Uri Uri { get; }
    }
}
