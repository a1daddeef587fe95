using Keyhold.Crypto.Sealing;
using Keyhold.Storage.KeyRings;

namespace Keyhold.Server.RootKeys;

/// <summary>Ring keys as Crypto seals them and as Storage keeps them.</summary>
internal static class RingRows
{
    public static KeyRingRow ToRow(SealedRingKey key) =>
        new(key.Id, key.SealedKey.ToArray(), key.RootKeyId, key.CreatedAt);

    public static IReadOnlyList<SealedRingKey> ToKeys(IReadOnlyList<KeyRingRow> rows) =>
        [.. rows.Select(row => new SealedRingKey(row.Id, row.SealedKey, row.CreatedAt, row.RootKeyId))];
}
