using System.Diagnostics;
using Keyhold.Server.Operations.Certificates;

namespace Keyhold.Server.Access;

/// <summary>
/// Proof that a caller may use the private key of one certificate. Only <see cref="AccessCheck"/> makes one
/// (a test watches that), and the vault lends a key for nothing else.
/// </summary>
internal sealed class KeyUse
{
    internal KeyUse(CertificateId certificateId) => CertificateId = certificateId;

    public CertificateId CertificateId { get; }

    /// <summary>When the right was given, by the monotonic clock: before the certificate's row was read.</summary>
    public long GivenAt { get; } = Stopwatch.GetTimestamp();
}
