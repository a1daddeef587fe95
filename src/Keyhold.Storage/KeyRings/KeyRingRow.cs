namespace Keyhold.Storage.KeyRings;

/// <summary>A data key of the key ring, sealed by the root key with the given id.</summary>
public sealed record KeyRingRow(int Id, byte[] SealedKey, string RootKeyId, DateTimeOffset CreatedAt);
