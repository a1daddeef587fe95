using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Server.RootKeys;
using Keyhold.Server.Vault;
using Keyhold.Storage;
using Keyhold.Storage.Sqlite;
using Keyhold.Storage.Transfer;

namespace Keyhold.Server.Backups;

/// <summary>
/// Proves that a backup is of use, by using it: it is restored into a scratch database, every row is checked there against
/// its HMAC, every secret opened, and every private key tried with its public key.
/// </summary>
internal static class BackupProof
{
    /// <summary>What the backup holds; <see cref="StartException"/> names the file's damage and the rows that fail.</summary>
    public static async Task<BackupReport> RunAsync(
        BackupFile file,
        IRootKey rootKey,
        bool acceptDamage,
        Action<long, long> progress,
        CancellationToken stop
    )
    {
        using var ring = OpenRing(file, rootKey);
        var scratch = Directory.CreateTempSubdirectory("keyhold-backup-proof-");
        try
        {
            await using var database = await SqliteDatabase.OpenAsync(
                Path.Combine(scratch.FullName, "scratch.db"),
                migrate: true,
                stop
            );
            var rows = file.Header.Rows;
            await new BackupPouring(file, ring).PourAsync(
                database,
                "The scratch database",
                (done, _) => progress(done, 3 * rows),
                stop
            );
            var proof = new RowProof(ring, file.Header.AccountId);
            var faults = await FindFaultsAsync(database, proof, done => progress((2 * rows) + done, 3 * rows), stop);
            if (faults.Count > 0 && !acceptDamage)
            {
                throw Refuse(file, faults);
            }

            return ReportOf(file, proof.PrivateKeys, faults);
        }
        catch (StorageUnavailableException full)
        {
            throw new StartException(
                $"The backup {file.Path} cannot be proven: {full.Message}",
                "Proving takes room for a copy of it in the folder for temporary files; set TMPDIR to another one.",
                full
            );
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    /// <summary>The key ring in the header. <see cref="StartException"/> says which root key it wants.</summary>
    public static KeyRing OpenRing(BackupFile file, IRootKey rootKey)
    {
        var header = file.Header;
        try
        {
            return KeyRing.Open(rootKey, RingRows.ToKeys(header.Ring));
        }
        catch (SealException refused) when (refused.Failure is SealFailure.WrongRootKey)
        {
            throw new StartException(
                $"The backup {file.Path} opens with the root key {header.RootKeyId} (kind {header.RootKeyProvider}) alone, and "
                    + $"the root key given is {rootKey.Id}.",
                "Give that root key by --root-key: the one that was in force when the backup was made.",
                refused
            );
        }
        catch (SealException refused)
        {
            throw BackupFile.Damaged(file.Path, $"the key ring in its header does not open: {refused.Message}");
        }
    }

    /// <summary>Checks every row of a database against the key ring.</summary>
    public static ValueTask<IReadOnlyList<string>> FindFaultsAsync(
        Database database,
        RowProof proof,
        Action<long> progress,
        CancellationToken stop
    ) =>
        database.ReadWholeAsync<IReadOnlyList<string>>(
            async (session, token) =>
            {
                var faults = new List<string>();
                long done = 0;
                foreach (var table in StoredTable.All)
                {
                    var rows = new StoredRowReader(session, table);
                    while (await rows.NextAsync(token) is { } row)
                    {
                        stop.ThrowIfCancellationRequested();
                        if (proof.FindFault(table, row) is { } fault)
                        {
                            faults.Add($"{row.IdIn(table)} of table {table.Name}: {fault}");
                        }

                        progress(++done);
                    }
                }

                return faults;
            },
            stop
        );

    private static StartException Refuse(BackupFile file, IReadOnlyList<string> faults)
    {
        const int named = 5;
        var more = faults.Count > named ? $" and {faults.Count - named} more" : "";
        return new StartException(
            $"The backup {file.Path} is whole, but rows in it fail their proof, as they do in the database it was made of: "
                + $"{string.Join("; ", faults.Take(named))}{more}.",
            "Restore these rows from an older backup or delete what they belong to. --accept-damage keeps them as they are; "
                + "Keyhold will refuse to use them."
        );
    }

    private static BackupReport ReportOf(BackupFile file, int privateKeys, IReadOnlyList<string> faults) =>
        new(
            file.Path,
            file.Length,
            file.Header.BackupId,
            file.Header.KeyholdVersion,
            file.Header.SchemaVersion,
            file.Header.CreatedAt,
            file.Header.AccountId,
            file.Header.RootKeyId,
            file.Header.RootKeyProvider,
            file.Header.Counts,
            privateKeys,
            faults
        );
}
