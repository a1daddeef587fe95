namespace Keyhold.Crypto.Sealing;

/// <summary>A key of the ring as it is stored: sealed by the root key whose id stands beside it.</summary>
public sealed record SealedRingKey(int Id, ReadOnlyMemory<byte> SealedKey, DateTimeOffset CreatedAt, string RootKeyId);
