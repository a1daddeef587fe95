using System.Diagnostics.Metrics;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Audit;
using Keyhold.Server.Expiry;
using Keyhold.Server.Hosting;

namespace Keyhold.Server.Metrics;

/// <summary>What a server can say of itself at any time, read only when somebody collects metrics.</summary>
internal static class StateGauges
{
    public static void Add(Meter meter, SealSwitch seal, AuditTrail trail, ExpiryWatch expiry, TimeProvider time)
    {
        meter.CreateObservableGauge(
            "keyhold.sealed",
            () => seal.IsSealed ? 1 : 0,
            unit: null,
            "1 while sealed, else 0."
        );
        meter.CreateObservableGauge(
            "keyhold.audit.available",
            () => trail.Problem is null ? 1 : 0,
            unit: null,
            "0 while the audit trail cannot be written and requests are refused, else 1."
        );
        meter.CreateObservableGauge(
            "keyhold.audit.backlog",
            () => trail.Backlog,
            "{event}",
            "Events that wait to be written."
        );
        meter.CreateObservableGauge(
            "keyhold.audit.backlog.age",
            () => trail.BacklogAge.TotalSeconds,
            "s",
            "How long the oldest of them has waited."
        );
        meter.CreateObservableGauge(
            "keyhold.key_cache.keys",
            () => OfUnsealed(seal, parts => parts.Vault.KeysReady),
            "{key}",
            "Parsed private keys in memory."
        );
        meter.CreateObservableGauge(
            "keyhold.key_pool.keys",
            () => OfUnsealed(seal, parts => parts.Keys.RsaKeysReady),
            "{key}",
            "RSA keys made in advance."
        );
        meter.CreateObservableGauge(
            "keyhold.certificate.expiry",
            () => DaysToExpiry(expiry, time),
            "d",
            "Days until the certificate, or a member of its chain, expires; negative after that."
        );
    }

    /// <summary>What is there whatever the seal.</summary>
    public static void AddDoor(Meter meter, Func<int> connections, ReplayWindow replays)
    {
        meter.CreateObservableGauge(
            "keyhold.connections",
            connections,
            "{connection}",
            "Open connections, those to be turned away included."
        );
        meter.CreateObservableGauge(
            "keyhold.replay_window.nonces",
            () => replays.Count,
            "{nonce}",
            "Nonces of accepted requests that are remembered."
        );
    }

    /// <summary>No measurement while sealed.</summary>
    private static Measurement<int>[] OfUnsealed(SealSwitch seal, Func<Parts, int> read)
    {
        using var use = seal.TryUse();
        return use is null ? [] : [new Measurement<int>(read(use.Parts))];
    }

    private static IEnumerable<Measurement<double>> DaysToExpiry(ExpiryWatch expiry, TimeProvider time)
    {
        var now = time.GetUtcNow();
        foreach (var member in expiry.Soonest)
        {
            yield return new Measurement<double>(
                Math.Round((member.NotAfter - now).TotalDays, 2),
                new KeyValuePair<string, object?>("certificate_id", member.CertificateId),
                new KeyValuePair<string, object?>("member", member.Name)
            );
        }
    }
}
