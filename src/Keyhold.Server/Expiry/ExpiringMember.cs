using System.Globalization;

namespace Keyhold.Server.Expiry;

/// <summary>
/// A certificate that expires: an entry's own one (leaf, or encryption of an SM2 pair), or one of the chain behind it.
/// </summary>
/// <param name="Status">The entry's: ACTIVE or INACTIVE.</param>
/// <param name="Kind">One of the constants.</param>
/// <param name="Position">0 for the entry's own, else the place in the chain as it was uploaded, from 1.</param>
internal sealed record ExpiringMember(
    string CertificateId,
    string Status,
    string Kind,
    int Position,
    string Subject,
    string Serial,
    byte[] Sha256,
    DateTimeOffset NotAfter
)
{
    public const string Leaf = "leaf";
    public const string Encryption = "encryption";
    public const string Chain = "chain";
    public const string EncryptionChain = "encryption-chain";

    /// <summary>Such as leaf, or chain-1.</summary>
    public string Name => Position == 0 ? Kind : string.Create(CultureInfo.InvariantCulture, $"{Kind}-{Position}");

    /// <summary>Whole days until it expires, rounded down: 0 on the last day, negative after it.</summary>
    public int DaysLeft(DateTimeOffset now) => (int)Math.Floor((NotAfter - now).TotalDays);
}
