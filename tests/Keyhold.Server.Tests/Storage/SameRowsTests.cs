namespace Keyhold.Server.Tests.Storage;

/// <summary>A row and its HMAC are the same in every kind of database, so that an installation can move.</summary>
public sealed class SameRowsTests
{
    [Fact]
    public async Task Every_table_has_the_same_columns_in_the_same_order()
    {
        await using var sqlite = await TemporaryDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var postgres = await TemporaryDatabase.CreateAsync(DatabaseKind.Postgres);

        Assert.Equal(Tables(sqlite), Tables(postgres));

        // The journal is DbUp's own.
        static IEnumerable<string> Tables(TemporaryDatabase database) =>
            database
                .Tables()
                .Where(table => !table.Equals("SchemaVersions", StringComparison.OrdinalIgnoreCase))
                .Select(table => $"{table}: {string.Join(", ", database.Columns(table))}")
                .Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite, DatabaseKind.Postgres)]
    [InlineData(DatabaseKind.Postgres, DatabaseKind.Sqlite)]
    public async Task Rows_copied_column_by_column_are_under_their_HMAC_in_the_other_database(
        DatabaseKind fromKind,
        DatabaseKind toKind
    )
    {
        await using var from = await TemporaryDatabase.CreateAsync(fromKind);
        await using var to = await TemporaryDatabase.CreateAsync(toKind);
        var pair = await Sample.AddPairAsync(from);
        var pending = Sample.Certificate(subject: "CN=Ähren 'quoted' \\ 中文 😀");
        await from.Certificates.AddAsync(pending, null, default);
        await from.AccessKeys.AddAsync(Sample.AccessKey(), default);
        await from.AccessKeyUses.PutAsync([Sample.Use()], default);
        await from.Users.AddAsync(Sample.User(), maximum: 10, default);
        await from.Policies.AddAsync(Sample.Policy(), maximum: 10, default);

        foreach (
            var table in (string[])
                [
                    "certificates",
                    "certificate_uploads",
                    "encryption_certificates",
                    "access_keys",
                    "access_key_uses",
                    "users",
                    "policies",
                ]
        )
        {
            Copy(from, to, table);
        }

        var found = await to.EncryptionCertificates.FindPairAsync(pair.CertificateId, default);
        Assert.Equivalent(pair, found!.Certificate, strict: true);
        Assert.Equivalent(Sample.Encryption(pair.CertificateId), found.Encryption, strict: true);
        Assert.Equal(2, (await to.Certificates.ListUploadsAsync(pair.CertificateId, default)).Count);
        Assert.Equivalent(pending, await to.Certificates.FindAsync(pending.CertificateId, default), strict: true);
        Assert.Equivalent(Sample.User(), await to.Users.FindAsync("alice", default), strict: true);
        Assert.Equivalent(Sample.Policy(), await to.Policies.FindAsync("shop", default), strict: true);
        Assert.NotNull(await to.AccessKeyUses.FindAsync(Sample.Use().AccessKeyId, default));
        Assert.Equivalent(Sample.AccessKey(), Assert.Single(await to.AccessKeys.ListAsync(default)), strict: true);
    }

    private static void Copy(TemporaryDatabase from, TemporaryDatabase to, string table)
    {
        var columns = from.Columns(table);
        Assert.Equal(columns, to.Columns(table));
        var places = string.Join(", ", columns.Select((_, number) => $"@{number}"));
        foreach (var place in from.Places(table))
        {
            to.Raw(
                $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({places})",
                [.. columns.Select(column => from.Column(table, column, place))]
            );
        }
    }
}
