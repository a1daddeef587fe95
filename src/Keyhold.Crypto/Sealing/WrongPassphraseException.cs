namespace Keyhold.Crypto.Sealing;

/// <summary>The passphrase is not the one that sealed the ring. Says so and nothing more.</summary>
public sealed class WrongPassphraseException()
    : Exception("The passphrase is wrong: it does not open this data folder. Nothing was changed; try again.");
