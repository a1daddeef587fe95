using System.Security.Cryptography;
using Keyhold.Crypto.Certificates;
using Keyhold.Server.Operations.Certificates;
using Keyhold.Storage;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Expiry;

/// <summary>
/// What expires when: every certificate in use or out of use with all members of its chain. Reads all of them, and
/// parses each distinct chain once.
/// </summary>
internal sealed class ExpiryCalendar(EncryptionCertificateStore certificates)
{
    private const int ReadAtOnce = 200;

    /// <param name="Members">Those that expire first before the others.</param>
    /// <param name="Damaged">Certificates that are missing because their rows fail their HMAC.</param>
    internal sealed record Reading(IReadOnlyList<ExpiringMember> Members, IReadOnlyList<RowTamperedException> Damaged);

    public async ValueTask<Reading> ReadAsync(CancellationToken stop)
    {
        var members = new List<ExpiringMember>();
        var damaged = new List<RowTamperedException>();
        var chains = new Dictionary<string, Certificate[]>(StringComparer.Ordinal);
        var last = "";
        while (last is not null)
        {
            var page = await ListAsync(last, stop);
            foreach (var pair in page.Pairs.Where(IsOfInterest))
            {
                AddMembers(members, pair, chains);
            }

            damaged.AddRange(page.Damaged);
            last = page.Last;
        }

        members.Sort(SoonestFirst);
        return new Reading(members, damaged);
    }

    private async ValueTask<CertificatePairPage> ListAsync(string after, CancellationToken stop)
    {
        try
        {
            return await certificates.ListPairsAsync(after, ReadAtOnce, stop);
        }
        catch (RowTamperedException unknown) when (unknown.MissingKeyId is not null)
        {
            // The ring has been read again by now: nobody made that key, and one such row must not hide all others.
            return await certificates.ListPairsAsync(after, ReadAtOnce, stop, namesUnknownKeys: true);
        }
    }

    /// <summary>A revoked certificate has ended already.</summary>
    private static bool IsOfInterest(CertificatePair pair) =>
        pair.Certificate.Status is CertificateStatus.Active or CertificateStatus.Inactive;

    private static void AddMembers(
        List<ExpiringMember> members,
        CertificatePair pair,
        Dictionary<string, Certificate[]> chains
    )
    {
        var (id, status) = (pair.Certificate.CertificateId, pair.Certificate.Status);
        if (pair.Current is { } leaf)
        {
            members.Add(new(id, status, ExpiringMember.Leaf, 0, leaf.Subject, leaf.Serial, leaf.Sha256, leaf.NotAfter));
            AddChain(ExpiringMember.Chain, leaf.CertificateChain);
        }

        if (pair.Encryption is { } encryption)
        {
            members.AddRange(
                Parse(encryption.Certificate, chains)
                    .Select(found => MemberOf(found, id, status, ExpiringMember.Encryption, position: 0))
            );
            AddChain(ExpiringMember.EncryptionChain, encryption.CertificateChain);
        }

        void AddChain(string kind, string text)
        {
            var position = 0;
            foreach (var found in Parse(text, chains))
            {
                members.Add(MemberOf(found, id, status, kind, ++position));
            }
        }
    }

    private static ExpiringMember MemberOf(Certificate found, string id, string status, string kind, int position) =>
        new(
            id,
            status,
            kind,
            position,
            found.Subject.ToString(),
            found.SerialHex,
            found.Sha256Fingerprint,
            found.NotAfter
        );

    /// <summary>The certificates of PEM that Keyhold itself wrote.</summary>
    private static Certificate[] Parse(string text, Dictionary<string, Certificate[]> known)
    {
        if (known.TryGetValue(text, out var earlier))
        {
            return earlier;
        }

        var found = new List<Certificate>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            try
            {
                found.Add(Certificate.Parse(Convert.FromBase64String(rest[fields.Base64Data].ToString())));
            }
            catch (CertificateFormatException)
            {
                // An earlier release took what this one cannot read: of the others the dates are known all the same.
            }

            rest = rest[fields.Location.End..];
        }

        return known[text] = [.. found];
    }

    /// <summary>Equal times are told apart, so that pages never overlap.</summary>
    private static int SoonestFirst(ExpiringMember one, ExpiringMember other)
    {
        var order = one.NotAfter.CompareTo(other.NotAfter);
        if (order == 0)
        {
            order = string.CompareOrdinal(one.CertificateId, other.CertificateId);
        }

        if (order == 0)
        {
            order = string.CompareOrdinal(one.Kind, other.Kind);
        }

        return order != 0 ? order : one.Position.CompareTo(other.Position);
    }
}
