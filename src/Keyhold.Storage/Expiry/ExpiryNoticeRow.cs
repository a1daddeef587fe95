namespace Keyhold.Storage.Expiry;

/// <summary>
/// That it was said, when so many days were left, that a member of a certificate's chain expires. Sha256 is that of the
/// member's DER. SaidAt is kept to the millisecond.
/// </summary>
public sealed record ExpiryNoticeRow(
    string CertificateId,
    byte[] Sha256,
    int Days,
    DateTimeOffset SaidAt,
    long Revision
);
