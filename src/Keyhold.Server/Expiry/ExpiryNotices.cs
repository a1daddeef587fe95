using System.Globalization;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Audit;
using Keyhold.Server.Metrics;
using Keyhold.Server.Operations;
using Keyhold.Storage;
using Keyhold.Storage.Expiry;
using Microsoft.Extensions.Logging;

namespace Keyhold.Server.Expiry;

/// <summary>
/// Says in the audit trail that a certificate expires: at 60, 30, 14, 7 and 1 days, once each, whatever is restarted and
/// however many nodes there are. When the clock has passed several of these at once, only the nearest is said.
/// </summary>
internal sealed partial class ExpiryNotices(
    ExpiryNoticeStore said,
    AuditTrail trail,
    Instruments instruments,
    TimeProvider time
)
{
    public const string EventName = "CertificateExpiring";

    /// <summary>In days, the nearest first.</summary>
    private static readonly int[] Thresholds = [1, 7, 14, 30, 60];

    /// <summary>Says what is due of these, of which the soonest come first; <see cref="AuditUnavailableException"/>.</summary>
    public async ValueTask SayAsync(IEnumerable<ExpiringMember> members, CancellationToken stop)
    {
        foreach (var member in members)
        {
            if (ThresholdOf(member) is not { } days)
            {
                return;
            }

            try
            {
                // Almost always it was said already, which one read tells.
                var earlier = await said.FindAsync(member.CertificateId, member.Sha256, stop);
                if (earlier is null || earlier.Days > days)
                {
                    await SayAsync(member, days, stop);
                }
            }
            catch (RowTamperedException tampered)
            {
                // Whoever can change the row must not be able to silence the others.
                Log.Damaged(instruments.Logger, tampered.Message);
            }
        }
    }

    private int? ThresholdOf(ExpiringMember member)
    {
        var left = member.NotAfter - time.GetUtcNow();
        foreach (var days in Thresholds)
        {
            if (left <= TimeSpan.FromDays(days))
            {
                return days;
            }
        }

        return null;
    }

    /// <summary>The claim and the intent to say it are one transaction: a crash between the two leaves nothing unsaid.</summary>
    private async ValueTask SayAsync(ExpiringMember member, int days, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var notice = EventOf(member, days, now);
        using var intent = trail.BeginIntent(notice);
        if (!await said.TryClaimAsync(member.CertificateId, member.Sha256, days, now, stop))
        {
            return;
        }

        try
        {
            await trail.RecordAsync(notice, intent);
        }
        catch (AuditUnavailableException)
        {
            trail.Owe(intent.RequestId);
            throw;
        }

        instruments.ExpiryNoticed();
    }

    private static CommandEvent EventOf(ExpiringMember member, int days, DateTimeOffset now) =>
        CommandEvent.OfServer(
            EventName,
            ("CertificateId", member.CertificateId),
            ("Member", member.Name),
            ("Subject", member.Subject),
            ("Serial", member.Serial),
            ("NotAfter", UtcText.Of(member.NotAfter)),
            ("DaysLeft", member.DaysLeft(now).ToString(CultureInfo.InvariantCulture)),
            ("Threshold", days.ToString(CultureInfo.InvariantCulture))
        ) with
        {
            RequestId = RequestId.New(),
            Resource = ("ACS::KMS::Certificate", member.CertificateId),
        };

    private static partial class Log
    {
        [LoggerMessage(1303, LogLevel.Error, "No notice of expiry can be given: {Reason}")]
        public static partial void Damaged(ILogger logger, string reason);
    }
}
