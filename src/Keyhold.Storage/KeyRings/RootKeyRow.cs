namespace Keyhold.Storage.KeyRings;

/// <summary>
/// Which kind of root key seals the ring, and what it takes besides the secret to make it again. Provider is file,
/// passphrase or pkcs11; Parameters is empty unless the provider has some.
/// </summary>
public sealed record RootKeyRow(string RootKeyId, string Provider, byte[] Parameters);
