using System.Reflection;
using System.Security.Cryptography;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Server.RootKeys;
using Keyhold.Storage;
using Keyhold.Storage.KeyRings;
using Keyhold.Storage.Transfer;

namespace Keyhold.Server.Backups;

/// <summary>
/// Writes one state of a database as a backup: everything in it is read from one snapshot, while others write on. Rows go as
/// they are stored, their secrets still sealed and their HMACs beside them.
/// </summary>
internal sealed class BackupSnapshot(Database database, IRootKey rootKey, TimeProvider time)
{
    private const int KeySize = 32;

    /// <summary>Writes head and content; nothing of it is proven yet.</summary>
    public ValueTask<BackupHeader> WriteAsync(
        Stream output,
        bool acceptDamage,
        Action<long, long> progress,
        CancellationToken stop
    ) =>
        database.ReadWholeAsync(
            async (session, token) =>
            {
                await RequireSchemaAsync(session, token);
                var ringRows = await ReadRingAsync(session, token);
                using var ring = OpenRing(ringRows);
                var key = RandomNumberGenerator.GetBytes(KeySize);
                try
                {
                    var header = await DescribeAsync(session, ringRows, acceptDamage, token);
                    header = header with { SealedKey = ring.Seal(BackupFile.ContextOf(header), key) };
                    var sum = BackupFile.WriteHead(output, header);
                    using var content = new SealedStreamWriter(output, key, sum);
                    await WriteContentAsync(session, header, content, progress, token);
                    return header;
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(key);
                }
            },
            stop
        );

    private static async ValueTask RequireSchemaAsync(Session session, CancellationToken stop)
    {
        var version = await StoredRows.SchemaVersionAsync(session, stop);
        if (version != Schema.Version)
        {
            throw new StartException(
                $"The database has schema version {version}, and this program knows the columns of version {Schema.Version}.",
                "Back it up with the Keyhold that wrote it."
            );
        }
    }

    private KeyRing OpenRing(IReadOnlyList<KeyRingRow> rows)
    {
        try
        {
            return KeyRing.Open(rootKey, RingRows.ToKeys(rows));
        }
        catch (SealException refused)
        {
            throw new StartException(
                $"The root key {rootKey.Id} does not open the key ring: {refused.Message}",
                "Give the root key in force, by --root-key; if it was just changed, run it again."
            );
        }
    }

    private async ValueTask<BackupHeader> DescribeAsync(
        Session session,
        IReadOnlyList<KeyRingRow> ringRows,
        bool acceptDamage,
        CancellationToken stop
    )
    {
        var counts = new List<(string Table, long Rows)>();
        foreach (var table in StoredTable.All)
        {
            counts.Add((table.Name, await StoredRows.CountAsync(session, table, stop)));
        }

        var rootKeys = new List<RootKeyRow>();
        var stored = Read(session, "root_keys");
        while (await stored.NextAsync(stop) is { } row)
        {
            rootKeys.Add(new RootKeyRow((string)row.Values[0]!, (string)row.Values[1]!, (byte[])row.Values[2]!));
        }

        var installation = await Read(session, "installation").NextAsync(stop);
        return new BackupHeader
        {
            BackupId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            KeyholdVersion = ProgramVersion,
            SchemaVersion = Schema.Version,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()),
            AccountId = installation?.Values[1] as string ?? "",
            AcceptsDamage = acceptDamage,
            RootKeys = rootKeys,
            Ring = ringRows,
            SealedKey = [],
            Counts = counts,
        };
    }

    private static async ValueTask<IReadOnlyList<KeyRingRow>> ReadRingAsync(Session session, CancellationToken stop)
    {
        var rows = new List<KeyRingRow>();
        var stored = Read(session, "key_ring");
        while (await stored.NextAsync(stop) is { } row)
        {
            rows.Add(
                new KeyRingRow(
                    (int)(long)row.Values[0]!,
                    (byte[])row.Values[1]!,
                    (string)row.Values[2]!,
                    DateTimeOffset.FromUnixTimeMilliseconds((long)row.Values[3]!)
                )
            );
        }

        return rows;
    }

    private static async ValueTask WriteContentAsync(
        Session session,
        BackupHeader header,
        SealedStreamWriter output,
        Action<long, long> progress,
        CancellationToken stop
    )
    {
        var content = new BackupContentWriter(output);
        long done = 0;
        foreach (var table in StoredTable.All)
        {
            content.BeginTable(table.Name, table.Columns);
            var rows = new StoredRowReader(session, table);
            while (await rows.NextAsync(stop) is { } row)
            {
                content.WriteRow(row);
                progress(++done, header.Rows);
            }
        }

        content.Finish();
    }

    private static StoredRowReader Read(Session session, string table) =>
        new(session, StoredTable.All.First(each => string.Equals(each.Name, table, StringComparison.Ordinal)));

    private static string ProgramVersion =>
        typeof(BackupSnapshot)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion
        ?? "unknown";
}
