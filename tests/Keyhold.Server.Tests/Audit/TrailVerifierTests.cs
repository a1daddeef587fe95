using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Keyhold.Server.Audit;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Audit;

/// <summary>Whatever is done to a trail that was stopped in order is found, and its place named.</summary>
public class TrailVerifierTests
{
    private const int EventCount = 6;

    /// <summary>Every event closes a segment.</summary>
    private static readonly AuditOptions ManySegments = new()
    {
        Durability = AuditDurability.Process,
        SegmentBytes = 1,
    };

    [Fact]
    public async Task A_trail_that_was_stopped_in_order_is_intact_and_signed_to_its_end()
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount);
        var verdict = test.Intact();
        Assert.Empty(verdict.Notes);
        Assert.Equal((1, EventCount + 3, 1), (verdict.FirstSequence, verdict.LastSequence, verdict.Segments));
        Assert.Equal(verdict.LastSequence, verdict.SignedSequence);
        Assert.Equal(verdict.Lines, verdict.LastSequence);
    }

    [Fact]
    public async Task One_chain_goes_through_all_segments()
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount, ManySegments);
        Assert.Equal(EventCount, test.Intact().Segments);
    }

    [Fact]
    public async Task Verifying_changes_nothing_in_the_folder()
    {
        await using var test = await TrailUnderTest.OpenedAsync();
        await test.RecordAsync(EventCount);
        await using var killed = test.AsAfterACrash();
        var before = ContentOf(killed.DataFolder);
        killed.Intact();
        Assert.Equal(before, ContentOf(killed.DataFolder));
    }

    [Fact]
    public async Task A_running_servers_trail_is_intact_with_a_note_that_its_end_is_not_signed()
    {
        await using var test = await TrailUnderTest.OpenedAsync();
        await test.RecordAsync(EventCount);
        Assert.Contains("not yet signed", Assert.Single(test.Intact().Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_changed_bit_of_a_stopped_trail_is_found()
    {
        await using var test = await TrailUnderTest.StoppedAsync(2);
        var file = test.Segments[0];
        var good = await File.ReadAllBytesAsync(file);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Int[0, 7])
            .Sample(
                (at, bit) =>
                {
                    var changed = good.ToArray();
                    changed[at] ^= (byte)(1 << bit);
                    File.WriteAllBytes(file, changed);
                    return !test.Verify().IsIntact;
                },
                iter: 150,
                threads: 1
            );
    }

    [Fact]
    public async Task A_changed_event_is_found_with_its_place()
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount);
        test.Edit(0, lines => lines.Select(line => line.Replace("Event2", "Event9", StringComparison.Ordinal)));
        test.Tampered("not the hash of the line before", sequence: 6);
        var finding = Assert.Single(test.Verify().Findings);
        Assert.Equal(("node-1-0000000000000001.jsonl", 6), (finding.File, finding.Line));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(EventCount)]
    public async Task A_removed_event_is_found(int index)
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount);
        test.Edit(0, lines => lines.Where((_, i) => i != index));
        test.Tampered("are missing", sequence: index + 2);
    }

    [Fact]
    public async Task Exchanged_events_are_found()
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount);
        test.Edit(0, lines => [.. lines[..2], lines[3], lines[2], .. lines[4..]]);
        test.Tampered("inserted, repeated or moved");
    }

    [Fact]
    public async Task A_repeated_event_is_found()
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount);
        test.Edit(0, lines => [.. lines[..3], lines[2], .. lines[3..]]);
        test.Tampered("inserted, repeated or moved", sequence: 3);
    }

    [Fact]
    public async Task An_event_inserted_with_a_fitting_link_is_found()
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount);
        test.Edit(0, lines => [.. lines[..4], Forged(lines[3], "Event1"), .. lines[4..]]);
        test.Tampered("inserted, repeated or moved");
    }

    [Fact]
    public async Task A_chain_forged_to_its_end_is_found_by_its_signature()
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount);
        test.Edit(
            0,
            lines =>
            {
                lines[4] = lines[4].Replace("Event2", "Event9", StringComparison.Ordinal);
                for (var i = 5; i < lines.Count; i++)
                {
                    lines[i] = Relinked(lines[i], lines[i - 1]);
                }

                return lines;
            }
        );
        test.Tampered("signature is not good");
        test.Tampered("not the checkpoint that the database knows");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(EventCount + 1)]
    public async Task A_cut_end_is_found(int lines)
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount);
        test.Edit(0, all => all.SkipLast(lines));
        test.Tampered("the end is missing: the database knows a checkpoint at sequence 9");
    }

    [Fact]
    public async Task An_end_cut_exactly_behind_a_checkpoint_is_found_by_the_databases_row()
    {
        await using var test = await TrailUnderTest.OpenedAsync();
        await test.RecordAsync(2);
        await test.Trail.SignAsync();
        await test.RecordAsync(2);
        await test.StopAsync();
        test.Edit(0, lines => lines[..5]);
        test.Tampered("the end is missing: the database knows a checkpoint at sequence 8");
    }

    [Theory]
    [InlineData(0, "the beginning is missing")]
    [InlineData(2, "are missing")]
    [InlineData(EventCount - 1, "the end is missing")]
    public async Task A_removed_segment_is_found(int segment, string words)
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount, ManySegments);
        File.Delete(test.Segments[segment]);
        test.Tampered(words);
    }

    [Fact]
    public async Task A_removed_trail_is_found()
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount);
        Directory.Delete(test.AuditFolder, recursive: true);
        test.Tampered("the end is missing");
    }

    [Fact]
    public async Task A_renamed_segment_is_found()
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount);
        File.Move(test.Segments[0], Path.Combine(test.AuditFolder, "node-1-0000000000000002.jsonl"));
        test.Tampered("the file's name gives another sequence");
    }

    [Fact]
    public async Task A_trail_of_another_key_is_found_by_the_database_and_by_a_pinned_fingerprint()
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount);
        await using var other = await TrailUnderTest.StoppedAsync(EventCount);
        var pinned = test.Verify().KeyFingerprint!;
        test.Intact(pinned);
        File.Copy(other.Segments[0], test.Segments[0], overwrite: true);

        test.Tampered("not the one in the database");
        test.Tampered("the database's checkpoint is not signed by the trail's key");
        Assert.Contains(test.Verify(pinned).Findings, finding => finding.Reason.Contains("was expected"));
    }

    [Fact]
    public async Task A_whole_forged_folder_is_found_by_a_pinned_fingerprint_alone()
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount);
        await using var forged = await TrailUnderTest.StoppedAsync(EventCount);
        forged.Intact();
        var finding = Assert.Single(forged.Verify(test.Verify().KeyFingerprint).Findings);
        Assert.Contains("was expected", finding.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE FROM audit_checkpoints", "row with the last checkpoint is missing")]
    [InlineData("UPDATE audit_checkpoints SET line = x'7b7d'", "not the checkpoint that the database knows")]
    [InlineData("UPDATE audit_checkpoints SET sequence = 99", "the end is missing")]
    [InlineData("UPDATE audit_keys SET public_key = x'00'", "not the one in the database")]
    [InlineData("DELETE FROM audit_keys", "not the one in the database")]
    public async Task A_changed_row_of_the_database_is_found(string sql, string words)
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount);
        TemporaryDatabase.Raw(Path.Combine(test.DataFolder, "keyhold.db"), sql);
        test.Tampered(words);
    }

    [Theory]
    [InlineData("DELETE FROM audit_checkpoints", "row with the last checkpoint is missing")]
    [InlineData("DELETE FROM audit_checkpoints", "names no audit key, but the database has one")]
    [InlineData("DELETE FROM audit_checkpoints", "no checkpoint in it has a good signature")]
    [InlineData("SELECT 1", "the end is missing")]
    public async Task A_trail_written_anew_without_a_key_is_found(string sql, string words)
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount);
        TemporaryDatabase.Raw(Path.Combine(test.DataFolder, "keyhold.db"), sql);
        test.Edit(0, WithoutKey);
        test.Tampered(words);
    }

    [Fact]
    public async Task A_trail_without_a_key_and_a_database_that_knows_of_none_are_found_by_a_pinned_fingerprint()
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount);
        var pinned = test.Intact().KeyFingerprint;
        var database = Path.Combine(test.DataFolder, "keyhold.db");
        TemporaryDatabase.Raw(database, "DELETE FROM audit_checkpoints");
        TemporaryDatabase.Raw(database, "DELETE FROM audit_keys");
        test.Edit(0, WithoutKey);
        Assert.Contains(test.Verify(pinned).Findings, finding => finding.Reason.Contains("good signature"));
    }

    [Fact]
    public async Task A_removed_trail_whose_row_is_removed_too_is_found()
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount);
        TemporaryDatabase.Raw(Path.Combine(test.DataFolder, "keyhold.db"), "DELETE FROM audit_checkpoints");
        File.Delete(test.Segments[0]);
        test.Tampered("row with the last checkpoint is missing");
    }

    [Fact]
    public async Task A_torn_last_line_is_a_note_and_no_tampering()
    {
        await using var test = await TrailUnderTest.OpenedAsync();
        await test.RecordAsync(EventCount);
        await using var killed = test.AsAfterACrash();
        await File.AppendAllTextAsync(killed.Segments[0], "{\"sequence\":8,\"prev");
        Assert.Contains(killed.Intact().Notes, note => note.Contains("19 bytes of a torn line"));
    }

    [Fact]
    public void A_folder_without_a_trail_is_unreadable()
    {
        var folder = TemporaryDatabase.CreateFolder();
        Assert.Throws<TrailUnreadableException>(() => TrailVerifier.Verify(folder, null));
        Directory.Delete(folder);
        Assert.Throws<TrailUnreadableException>(() => TrailVerifier.Verify(folder, null));
    }

    [Fact]
    public async Task A_trail_without_its_database_and_one_whose_database_is_none_are_unreadable()
    {
        await using var test = await TrailUnderTest.StoppedAsync(EventCount);
        var database = Path.Combine(test.DataFolder, "keyhold.db");
        await File.WriteAllTextAsync(database, "no database at all, but long enough to be looked at as one by SQLite");
        Assert.Throws<TrailUnreadableException>(() => test.Verify());
        File.Delete(database);
        Assert.Throws<TrailUnreadableException>(() => test.Verify());
    }

    /// <summary>The same events, chained as anybody can who has no key: no checkpoint, and a start that names no key.</summary>
    internal static List<string> WithoutKey(List<string> lines)
    {
        var kept = lines.Where(line => !line.Contains("\"Checkpoint\"", StringComparison.Ordinal)).ToList();
        kept[0] = kept[0][..kept[0].IndexOf(",\"auditKey\"", StringComparison.Ordinal)] + "}";
        for (var i = 1; i < kept.Count; i++)
        {
            var fields = kept[i][kept[i].IndexOf(",\"previousHash\"", StringComparison.Ordinal)..];
            kept[i] = Relinked($"{{\"sequence\":{i + 1}{fields}", kept[i - 1]);
        }

        return kept;
    }

    /// <summary>Takes the first segment away and adds a line, well chained, that says retention did so.</summary>
    internal static void ForgeRetirement(TrailUnderTest test)
    {
        var end = test.LinesOf(test.Segments.Count - 1)[^1];
        var second = test.LinesOf(1)[0];
        var hash = second[second.IndexOf("\"previousHash\":\"", StringComparison.Ordinal)..].Split('"')[3];
        var line =
            $"{{\"sequence\":{test.Verify().LastSequence + 1},\"previousHash\":\"{new string('0', 64)}\","
            + "\"eventType\":\"KeyholdTrail\",\"eventName\":\"RetireSegments\","
            + $"\"keptFromSequence\":{Path.GetFileName(test.Segments[1]).Split('-', '.')[2].TrimStart('0')},"
            + $"\"keptFromPreviousHash\":\"{hash}\",\"retiredSegments\":"
            + $"[{{\"name\":\"{Path.GetFileName(test.Segments[0])}\",\"sha256\":\"{hash}\",\"exported\":true}}]}}";
        File.AppendAllText(test.Segments[^1], Relinked(line, end) + "\n");
        File.Delete(test.Segments[0]);
    }

    private static string Forged(string before, string name)
    {
        var link = Relinked(before, before);
        return link.Replace(name, "Forged", StringComparison.Ordinal);
    }

    private static string Relinked(string line, string before)
    {
        const string field = "\"previousHash\":\"";
        var at = line.IndexOf(field, StringComparison.Ordinal) + field.Length;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(before)));
        return string.Concat(line.AsSpan(0, at), hash, line.AsSpan(at + hash.Length));
    }

    private static string[] ContentOf(string folder) =>
        [
            .. Directory
                .GetFiles(folder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(file => $"{file} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}"),
        ];
}
