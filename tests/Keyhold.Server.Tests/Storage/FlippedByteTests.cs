using System.Globalization;
using System.Text.RegularExpressions;
using Keyhold.Server.Hosting;
using Keyhold.Server.Tests.Hosting;
using Keyhold.Server.Tests.Operations;
using Keyhold.Server.Tests.Operations.Certificates;

namespace Keyhold.Server.Tests.Storage;

/// <summary>
/// Flips a bit in the last row of every table, column by column, as the schema lists them, and takes a whole server
/// around: it refuses to start, or an answer says that something is wrong, or every answer is as before. New tables
/// come under the walk by themselves; a table under HMAC that the tour below never reads fails the test.
/// </summary>
public sealed partial class FlippedByteTests : OperationTest
{
    private const string Policy =
        """{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}""";

    private const string Junk = "JUNKJUNKJUNKJUNKJUNKJUNKJUNKJUNK";

    /// <summary>
    /// A row under another id is a row that is gone. Here that costs the time of a last use, and an audit key, in whose
    /// place the next start makes another: the trail itself says so, to whoever verifies it.
    /// </summary>
    private static readonly string[] LikeDeleted = ["access_key_uses.access_key_id", "audit_keys.node"];

    /// <summary>
    /// No answer needs them: a tampered intent becomes an event that says so, a tampered notice of expiry a line of the log,
    /// which AuditTrailTests and ExpiryNoticesTests look at.
    /// </summary>
    private static readonly string[] ToldElsewhere = ["audit_intents", "expiry_notices"];

    private readonly List<(string Action, (string Name, string Value)[] Parameters)> tour = [];

    private string DatabaseFile => Path.Combine(Keyhold.DataFolder, "keyhold.db");

    [Fact]
    public async Task A_flipped_bit_in_any_row_that_is_read_is_noticed()
    {
        await FillAsync();
        var untouched = await TourAsync(_ => { });
        Assert.All(untouched, answer => Assert.StartsWith("200 ", answer, StringComparison.Ordinal));
        var silent = new List<string>();
        foreach (var (table, column) in Columns())
        {
            var place = $"{table}.{column}";
            if (
                ToldElsewhere.Contains(table, StringComparer.Ordinal)
                || LikeDeleted.Contains(place, StringComparer.Ordinal)
            )
            {
                continue;
            }

            var outcome = await OutcomeAsync(folder => Flip(Path.Combine(folder, "keyhold.db"), table, column));
            if (outcome.Refusal is { } refusal)
            {
                Assert.True(refusal.Reason.Length > 20, $"{place}: {refusal.Message}");
            }
            else if (outcome.Answers.Any(answer => answer.StartsWith("500 ", StringComparison.Ordinal)))
            {
                // Noticed; RowTamperingTests looks at the names in the log's message.
            }
            else if (!outcome.Answers.SequenceEqual(untouched) || HasHmac(table))
            {
                silent.Add(place);
            }
        }

        Assert.True(silent.Count == 0, "Not noticed, or empty in every row: " + string.Join(", ", silent));
    }

    [Fact]
    public async Task A_flipped_bit_in_unused_space_of_the_database_changes_no_answer()
    {
        await FillAsync();
        var junk = string.Concat(Enumerable.Repeat(Junk, 4_000));
        TemporaryDatabase.Raw(DatabaseFile, "CREATE TABLE junk (junk TEXT)");
        TemporaryDatabase.Raw(DatabaseFile, "INSERT INTO junk VALUES (@0)", junk);
        TemporaryDatabase.Raw(DatabaseFile, "DROP TABLE junk");
        TemporaryDatabase.Raw(DatabaseFile, "PRAGMA wal_checkpoint(TRUNCATE)");
        var places = PlacesOf(Junk, await File.ReadAllBytesAsync(DatabaseFile));
        Assert.True(places.Count > 100, "There is no unused space to flip bits in.");

        var untouched = await TourAsync(_ => { });
        var flipped = await TourAsync(folder =>
        {
            using var file = new FileStream(Path.Combine(folder, "keyhold.db"), FileMode.Open);
            foreach (var place in places)
            {
                file.Position = place;
                file.WriteByte((byte)'j');
            }
        });
        Assert.Equal(untouched, flipped);
    }

    [Fact]
    public async Task A_flipped_bit_in_the_root_key_file_is_refused_by_name()
    {
        var length = new FileInfo(Path.Combine(Keyhold.DataFolder, "root.key")).Length;
        for (var place = 0; place < length; place += 9)
        {
            var outcome = await OutcomeAsync(folder =>
            {
                using var file = new FileStream(Path.Combine(folder, "root.key"), FileMode.Open);
                file.Position = place;
                var flipped = (byte)(file.ReadByte() ^ 0x20);
                file.Position = place;
                file.WriteByte(flipped);
            });
            Assert.NotNull(outcome.Refusal);
            Assert.Contains("root.key", outcome.Refusal.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A row in every table, and the questions whose answers need them all.</summary>
    private async Task FillAsync()
    {
        var (plain, _, _) = await Scenario.ActiveAsync();
        (
            await Keyhold.CallAsync(
                "CreateUser",
                ("UserName", "alice"),
                ("DisplayName", "Alice"),
                ("Comments", "signs")
            )
        ).Ok();
        (
            await Keyhold.CallAsync(
                "CreatePolicy",
                ("PolicyName", "signs"),
                ("PolicyDocument", Policy),
                ("Description", "all")
            )
        ).Ok();
        (
            await Keyhold.CallAsync(
                "AttachPolicyToUser",
                ("UserName", "alice"),
                ("PolicyName", "signs"),
                ("PolicyType", "Custom")
            )
        ).Ok();
        var made = (await Keyhold.CallAsync("CreateAccessKey", ("UserName", "alice"))).Ok();
        var accessKey = made.Json.GetProperty("AccessKey");
        var accessKeyId = accessKey.GetProperty("AccessKeyId").GetString()!;
        await Keyhold.Parts.Account.FlushAsync(CancellationToken.None);
        (
            await Keyhold.CallAsync(
                accessKeyId,
                accessKey.GetProperty("AccessKeySecret").GetString()!,
                "ListCertificates"
            )
        ).Ok();
        await Keyhold.Parts.Account.FlushAsync(CancellationToken.None);
        var (pair, issuer, signing) = await Scenario.ActiveAsync("EC_SM2");
        using var encryption = EncryptionCertificate.IssuedBy(issuer);
        (
            await Keyhold.CallAsync(
                "ImportEncryptionCertificate",
                ("CertificateId", pair),
                ("Certificate", encryption.Certificate.Pem),
                ("CertificateChain", issuer.ChainPem),
                ("AsymmetricAlgorithm", "SM2PKE"),
                ("SymmetricAlgorithm", "SM4_ECB"),
                ("EncryptedPrivateKey", encryption.EnvelopedFor(signing))
            )
        ).Ok();
        var ciphertext = (
            await Keyhold.CallAsync(
                "CertificatePublicKeyEncrypt",
                ("CertificateId", pair),
                ("Algorithm", "SM2PKE"),
                ("Plaintext", Scenario.Base64("a plaintext"))
            )
        ).Ok()["CiphertextBlob"];
        foreach (var id in (string[])[plain, pair])
        {
            tour.Add(("DescribeCertificate", [("CertificateId", id)]));
            tour.Add(("GetCertificate", [("CertificateId", id)]));
            var algorithm = id == pair ? "SM2DSA" : "ECDSA_SHA_256";
            tour.Add(
                (
                    "CertificatePrivateKeySign",
                    [("CertificateId", id), ("Algorithm", algorithm), ("Message", "YQ=="), ("MessageType", "RAW")]
                )
            );
        }

        tour.Add(("ListCertificates", []));
        tour.Add(
            (
                "CertificatePrivateKeyDecrypt",
                [("CertificateId", pair), ("Algorithm", "SM2PKE"), ("CiphertextBlob", ciphertext)]
            )
        );
        tour.Add(("ListAccessKeys", []));
        tour.Add(("ListAccessKeys", [("UserName", "alice")]));
        tour.Add(("GetAccessKeyLastUsed", [("UserName", "alice"), ("UserAccessKeyId", accessKeyId)]));
        tour.Add(("ListUsers", []));
        tour.Add(("ListPolicies", []));
        tour.Add(("ListPoliciesForUser", [("UserName", "alice")]));
    }

    private async Task<List<string>> TourAsync(Action<string> change)
    {
        var outcome = await OutcomeAsync(change);
        Assert.True(outcome.Refusal is null, outcome.Refusal?.Message);
        return outcome.Answers;
    }

    private async Task<(StartException? Refusal, List<string> Answers)> OutcomeAsync(Action<string> change)
    {
        var answers = new List<string>();
        try
        {
            await using var door = await DoorUnderTest.StartOnCopyAsync(Keyhold.DataFolder, change);
            var client = door.ClientFrom("127.0.0.1");
            foreach (var (action, parameters) in tour)
            {
                var answer = await door.AskAsync(client, action, parameters);
                answers.Add($"{answer.Status} {action} {WhatChanges().Replace(answer.Body, "")}");
                if (answer.Status == 500)
                {
                    break;
                }
            }

            return (null, answers);
        }
        catch (StartException refusal)
        {
            return (refusal, answers);
        }
    }

    private IEnumerable<(string Table, string Column)> Columns() =>
        from table in Texts("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        from column in Texts($"SELECT name FROM pragma_table_info('{table}')")
        select (table, column);

    private bool HasHmac(string table) =>
        Texts($"SELECT name FROM pragma_table_info('{table}')").Contains("mac", StringComparer.Ordinal);

    private string[] Texts(string sql) =>
        ((string?)TemporaryDatabase.RawValue(DatabaseFile, $"SELECT group_concat(name) FROM ({sql})"))?.Split(',')
        ?? [];

    /// <summary>In the last row whose value is not null, if there is one.</summary>
    private static void Flip(string file, string table, string column)
    {
        var where = $"rowid = (SELECT max(rowid) FROM {table} WHERE {column} IS NOT NULL AND length({column}) > 0)";
        var value = TemporaryDatabase.RawValue(file, $"SELECT {column} FROM {table} WHERE {where}");
        if (value is null)
        {
            // Columns that no row fills are covered, with null and all, by RowTamperingTests.
            return;
        }

        object flipped = value switch
        {
            long number => number ^ 0x40,
            byte[] bytes => Flipped(bytes),
            _ => FlippedText(Convert.ToString(value, CultureInfo.InvariantCulture)!),
        };
        var update = $"PRAGMA ignore_check_constraints = ON; UPDATE {table} SET {column} = @0 WHERE {where}";
        Assert.Equal(1, TemporaryDatabase.Raw(file, update, flipped));
    }

    private static byte[] Flipped(byte[] bytes)
    {
        bytes[bytes.Length / 2] ^= 1;
        return bytes;
    }

    private static string FlippedText(string text)
    {
        var characters = text.ToCharArray();
        characters[characters.Length / 2] ^= (char)1;
        return new string(characters);
    }

    private static List<int> PlacesOf(string text, byte[] file)
    {
        var wanted = System.Text.Encoding.ASCII.GetBytes(text);
        var places = new List<int>();
        for (var start = 0; start < file.Length; start += wanted.Length)
        {
            var found = file.AsSpan(start).IndexOf(wanted);
            if (found < 0)
            {
                break;
            }

            start += found;
            places.Add(start);
        }

        return places;
    }

    /// <summary>The request's own id and fresh signatures differ from answer to answer.</summary>
    [GeneratedRegex(
        "\"(RequestId|SignatureValue)\":\"[^\"]*\"",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5_000
    )]
    private static partial Regex WhatChanges();
}
