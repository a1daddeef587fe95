using Keyhold.Server.Audit;
using Keyhold.Storage.Audit;

namespace Keyhold.Server.Tests.Audit;

/// <summary>The trail through starts, stops, crashes, failures of the disk, and retention.</summary>
public class AuditTrailTests
{
    private static readonly AuditOptions ManySegments = new()
    {
        Durability = AuditDurability.Process,
        SegmentBytes = 1,
    };

    [Fact]
    public async Task A_second_start_goes_on_with_the_same_segment_and_chain()
    {
        await using var test = await TrailUnderTest.StoppedAsync(2);
        await test.OpenAsync();
        await test.RecordAsync("Later");
        await test.StopAsync();
        var verdict = test.Intact();
        Assert.Equal((1, 7), (verdict.Segments, verdict.LastSequence));
    }

    [Fact]
    public async Task A_start_that_records_nothing_writes_nothing()
    {
        await using var test = await TrailUnderTest.StoppedAsync(2);
        var before = test.LinesOf(0);
        await test.OpenAsync();
        await test.StopAsync();
        Assert.Equal(before, test.LinesOf(0));
    }

    [Fact]
    public async Task Files_and_folder_are_for_their_owner_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("There are no such modes on Windows.");
            return;
        }

        await using var test = await TrailUnderTest.StoppedAsync(1);
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(test.AuditFolder));
        Assert.Equal(owner, File.GetUnixFileMode(test.Segments[0]));
    }

    [Fact]
    public async Task A_minute_after_something_new_the_chain_is_signed_once()
    {
        await using var test = await TrailUnderTest.OpenedAsync();
        await test.RecordAsync(2);
        await test.Trail.TickAsync();
        await test.Trail.TickAsync();
        Assert.Equal(["Checkpoint", "Checkpoint"], NamesOf(test).Where(name => name == "Checkpoint"));
        Assert.Empty(test.Intact().Notes);
    }

    [Fact]
    public async Task The_clock_signs_by_itself()
    {
        await using var test = await TrailUnderTest.OpenedAsync();
        await test.RecordAsync(1);
        test.Time.Advance(TimeSpan.FromMinutes(1));
        await test.RecordAsync("Later");
        Assert.Contains(test.Events(), each => each.Name == "Checkpoint");
    }

    [Fact]
    public async Task Many_events_at_once_make_one_whole_chain()
    {
        await using var test = await TrailUnderTest.OpenedAsync(new AuditOptions { SegmentBytes = 20_000 });
        await Parallel.ForAsync(0, 400, async (i, _) => await test.RecordAsync($"Event{i}"));
        await test.StopAsync();
        Assert.True(test.Intact().Segments > 2);
        Assert.Equal(400, test.Events().Where(each => !each.IsControl).Select(each => each.Name).Distinct().Count());
    }

    [Fact]
    public async Task While_sealed_events_are_written_and_signed_later()
    {
        await using var test = TrailUnderTest.Unopened();
        await test.OpenAsync(unseal: false);
        await test.RecordAsync("WhileSealed");
        await test.Trail.TickAsync();
        Assert.DoesNotContain(test.Events(), each => each.Name == "Checkpoint");

        await test.UnsealAsync();
        await test.RecordAsync("Unsealed");
        await test.Trail.SealAsync();
        await test.RecordAsync("SealedAgain");
        await test.StopAsync();

        var verdict = test.Intact();
        Assert.NotNull(verdict.KeyFingerprint);
        Assert.Equal(verdict.LastSequence - 1, verdict.SignedSequence);
        await test.OpenAsync();
        await test.StopAsync();
        Assert.Contains("were not signed", Assert.Single(test.Intact().Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_key_signs_a_checkpoint_at_once()
    {
        await using var test = await TrailUnderTest.OpenedAsync();
        Assert.Equal(["StartSegment", "Checkpoint"], NamesOf(test));
        Assert.Empty(test.Intact().Notes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_segment_that_begins_while_sealed_names_the_key_too(bool byAge)
    {
        await using var test = await TrailUnderTest.OpenedAsync(byAge ? null : ManySegments);
        await test.RecordAsync("Before");
        await test.Trail.SealAsync();
        if (byAge)
        {
            test.Time.Advance(TimeSpan.FromHours(25));
            await test.Trail.TickAsync();
        }

        await test.RecordAsync("WhileSealed");
        await test.UnsealAsync();
        await test.RecordAsync("After");
        await test.StopAsync();
        Assert.Equal(byAge ? 2 : 3, test.Intact().Segments);
    }

    [Fact]
    public async Task A_first_line_torn_while_sealed_is_mended_by_one_that_names_the_key()
    {
        await using var running = await TrailUnderTest.OpenedAsync(ManySegments);
        await running.RecordAsync("Before");
        await running.Trail.SealAsync();
        await using var test = running.AsAfterACrash();
        var next = test.Intact().LastSequence + 1;
        await File.WriteAllTextAsync(Path.Combine(test.AuditFolder, $"node-1-{next:D16}.jsonl"), "{\"seq");

        await test.OpenAsync(unseal: false);
        await test.RecordAsync("WhileSealed");
        await test.UnsealAsync();
        await test.RecordAsync("After");
        await test.StopAsync();
        test.Intact();
    }

    [Fact]
    public async Task What_a_killed_server_left_unsigned_is_taken_over_by_a_line_that_says_so()
    {
        await using var running = await TrailUnderTest.OpenedAsync();
        await running.RecordAsync(3);
        await using var test = running.AsAfterACrash();
        await test.OpenAsync();
        await test.StopAsync();

        var adopted = Assert.Single(test.Events(), each => each.Name == "AdoptUnsigned");
        Assert.Equal((3, 5), (adopted.Number("fromSequence"), adopted.Number("toSequence")));
        Assert.Equal(adopted.Text("previousHash"), adopted.Text("hash"));
        Assert.Contains("from sequence 3 to 5 were not signed", Assert.Single(test.Intact().Notes));
    }

    [Fact]
    public async Task A_changed_line_of_a_killed_server_is_damage_and_not_torn()
    {
        await using var running = await TrailUnderTest.OpenedAsync();
        await running.RecordAsync(4);
        await using var test = running.AsAfterACrash();
        test.Edit(0, lines => lines.Select(line => line.Replace("Event1", "Event9", StringComparison.Ordinal)));
        await test.OpenAsync();
        Assert.Contains("does not link behind sequence 4", test.Trail.Damage, StringComparison.Ordinal);
        await test.RecordAsync("Later");
        await test.StopAsync();
        test.Tampered("the server found it so at a start");
        Assert.Contains(test.Events(), each => each.Name == "Event3");
    }

    [Fact]
    public async Task Segments_behind_the_checkpoints_that_were_written_anew_are_damage()
    {
        await using var test = await TrailUnderTest.StoppedAsync(4, ManySegments);
        await using var other = await TrailUnderTest.StoppedAsync(5, ManySegments);
        for (var i = 0; i < other.Segments.Count; i++)
        {
            File.Copy(
                other.Segments[i],
                Path.Combine(test.AuditFolder, Path.GetFileName(other.Segments[i])),
                overwrite: true
            );
        }

        await test.OpenAsync();
        Assert.Contains("another line there", test.Trail.Damage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trail_whose_checkpoint_row_is_gone_is_damage_at_the_next_start()
    {
        await using var test = await TrailUnderTest.StoppedAsync(4);
        Storage.TemporaryDatabase.Raw(Path.Combine(test.DataFolder, "keyhold.db"), "DELETE FROM audit_checkpoints");
        test.Edit(0, TrailVerifierTests.WithoutKey);
        await test.OpenAsync();
        Assert.Contains("an audit key, but no checkpoint", test.Trail.Damage, StringComparison.Ordinal);
        await test.StopAsync();
        test.Tampered("the server found it so at a start");
    }

    [Theory]
    [InlineData("UPDATE audit_checkpoints SET line = x'7b7d'", "its key did not sign this one")]
    [InlineData("UPDATE audit_checkpoints SET sequence = 2", "its key did not sign this one")]
    [InlineData("UPDATE audit_keys SET public_key = x'00'", "its key did not sign this one")]
    [InlineData("DELETE FROM audit_keys", "it has no audit key")]
    public async Task A_checkpoint_row_that_its_key_did_not_sign_is_damage(string sql, string words)
    {
        await using var test = await TrailUnderTest.StoppedAsync(4);
        Storage.TemporaryDatabase.Raw(Path.Combine(test.DataFolder, "keyhold.db"), sql);
        await test.OpenAsync(unseal: false);
        Assert.Contains(words, test.Trail.Damage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_beginning_that_an_unsigned_line_says_retention_took_is_damage()
    {
        await using var test = await TrailUnderTest.StoppedAsync(4, ManySegments);
        var first = Path.GetFileName(test.Segments[0]);
        TrailVerifierTests.ForgeRetirement(test);
        test.Tampered("the beginning is missing");
        await test.OpenAsync();
        Assert.Contains(
            $"{first} is missing, and the line that says retention took it is not signed",
            test.Trail.Damage,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_torn_line_is_kept_aside_and_closed_by_an_event_at_the_next_start()
    {
        await using var running = await TrailUnderTest.OpenedAsync();
        await running.RecordAsync(3);
        await using var test = running.AsAfterACrash();
        const string torn = "{\"sequence\":5,\"previousHash\":\"00";
        await File.AppendAllTextAsync(test.Segments[0], torn);

        await test.OpenAsync();
        await test.RecordAsync("Later");
        await test.StopAsync();

        var closing = Assert.Single(test.Events(), each => each.Name == "CloseTornTail");
        Assert.Equal(torn.Length, closing.Number("tornBytes"));
        Assert.Equal(torn, await File.ReadAllTextAsync(Path.Combine(test.AuditFolder, closing.Text("tornFile")!)));
        Assert.Contains(test.Intact().Notes, note => note.Contains("a crash had torn a line"));

        await File.WriteAllTextAsync(Path.Combine(test.AuditFolder, closing.Text("tornFile")!), "other");
        test.Tampered("are missing or changed");
    }

    [Fact]
    public async Task A_crash_between_moving_torn_bytes_aside_and_telling_of_them_loses_neither()
    {
        await using var running = await TrailUnderTest.OpenedAsync();
        await running.RecordAsync(3);
        await using var test = running.AsAfterACrash();
        await File.AppendAllTextAsync(test.Segments[0], "torn");
        await test.OpenAsync(unseal: false);
        await using var again = test.AsAfterACrash();
        await File.AppendAllTextAsync(again.Segments[0], "{\"torn again");

        await again.OpenAsync();
        await again.RecordAsync("Later");
        await again.StopAsync();

        var closing = Assert.Single(again.Events(), each => each.Name == "CloseTornTail");
        Assert.Equal(
            "torn{\"torn again",
            await File.ReadAllTextAsync(Path.Combine(again.AuditFolder, closing.Text("tornFile")!))
        );
        again.Intact();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"sequence\":1,\"prev")]
    public async Task A_crash_while_the_first_line_of_a_segment_was_written_is_mended(string written)
    {
        await using var running = await TrailUnderTest.OpenedAsync(ManySegments);
        await running.RecordAsync(2);
        await using var test = running.AsAfterACrash();
        var next = test.Intact().LastSequence + 1;
        await File.WriteAllTextAsync(Path.Combine(test.AuditFolder, $"node-1-{next:D16}.jsonl"), written);

        await test.OpenAsync();
        await test.RecordAsync("Later");
        await test.StopAsync();
        Assert.Equal(3, test.Intact().Segments);
    }

    [Fact]
    public async Task A_crash_in_the_very_first_line_of_all_is_mended()
    {
        await using var test = TrailUnderTest.Unopened();
        Directory.CreateDirectory(test.AuditFolder);
        await File.WriteAllTextAsync(Path.Combine(test.AuditFolder, "node-1-0000000000000001.jsonl"), "{\"seq");
        await test.OpenAsync();
        await test.RecordAsync("Later");
        await test.StopAsync();
        test.Intact();
    }

    [Fact]
    public async Task A_trail_cut_behind_the_servers_back_is_reported_continued_and_never_intact_again()
    {
        await using var test = await TrailUnderTest.StoppedAsync(4);
        test.Edit(0, lines => lines.SkipLast(3));
        await test.OpenAsync();
        Assert.Contains("checkpoint at sequence 7", test.Trail.Damage, StringComparison.Ordinal);
        await test.RecordAsync("Later");
        await test.StopAsync();

        test.Tampered("are missing");
        test.Tampered("the server found it so at a start");
        await test.OpenAsync();
        Assert.Null(test.Trail.Damage);
        await test.StopAsync();
        Assert.Equal(8, test.Events().First(each => each.Name == "ReportDamage").Number("sequence") - 1);
    }

    [Fact]
    public async Task A_removed_trail_is_reported_at_the_next_start()
    {
        await using var test = await TrailUnderTest.StoppedAsync(4);
        Directory.Delete(test.AuditFolder, recursive: true);
        await test.OpenAsync();
        Assert.Contains("there is no segment", test.Trail.Damage, StringComparison.Ordinal);
        await test.RecordAsync("Later");
        await test.StopAsync();
        test.Tampered("the beginning is missing");
    }

    [Fact]
    public async Task A_checkpoint_exchanged_behind_the_servers_back_is_reported_at_the_next_start()
    {
        await using var test = await TrailUnderTest.StoppedAsync(4);
        test.Edit(0, lines => [.. lines.SkipLast(1), lines[^1].Replace("T12:00", "T13:00", StringComparison.Ordinal)]);
        await test.OpenAsync();
        Assert.Contains("another line there", test.Trail.Damage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_written_is_refused_and_the_trail_goes_on_whole_when_it_can()
    {
        await using var test = await TrailUnderTest.OpenedAsync(ManySegments);
        await test.RecordAsync("Before");
        Directory.Move(test.AuditFolder, test.AuditFolder + "-away");
        await File.WriteAllTextAsync(test.AuditFolder, "a file in the folder's place");

        await Assert.ThrowsAsync<AuditUnavailableException>(() => test.RecordAsync("Lost"));
        await Assert.ThrowsAsync<AuditUnavailableException>(test.Trail.RequireWritableAsync);
        Assert.NotNull(test.Trail.Problem);

        File.Delete(test.AuditFolder);
        Directory.Move(test.AuditFolder + "-away", test.AuditFolder);
        await test.Trail.RequireWritableAsync();
        Assert.Null(test.Trail.Problem);
        await test.RecordAsync("After");
        await test.StopAsync();

        test.Intact();
        Assert.Equal(1, Assert.Single(test.Events(), each => each.Name == "ResumeWriting").Number("unwrittenEvents"));
        Assert.DoesNotContain(test.Events(), each => each.Name == "Lost");
    }

    [Fact]
    public async Task Segments_end_by_age()
    {
        await using var test = await TrailUnderTest.OpenedAsync();
        await test.RecordAsync(1);
        test.Time.Advance(TimeSpan.FromHours(25));
        await test.Trail.TickAsync();
        await test.RecordAsync(1);
        await test.StopAsync();
        Assert.Equal(2, test.Intact().Segments);
    }

    [Fact]
    public async Task Retention_deletes_no_segment_that_was_not_exported()
    {
        await using var test = await TrailUnderTest.OpenedAsync(ManySegments with { KeepBytes = 1 });
        await test.RecordAsync(3);
        await test.Trail.TickAsync();
        Assert.Equal(3, test.Segments.Count);
    }

    [Fact]
    public async Task Retention_deletes_what_was_exported_and_the_rest_verifies_with_what_is_in_the_archive()
    {
        await using var test = await TrailUnderTest.OpenedAsync(
            new AuditOptions { Durability = AuditDurability.Process, KeepAge = TimeSpan.FromDays(2) }
        );
        var archive = test.DataFolder + "-archive";
        for (var day = 0; day < 4; day++)
        {
            await test.RecordAsync($"Day{day}");
            test.Time.Advance(TimeSpan.FromDays(1));
            await test.Trail.TickAsync();
        }

        await test.RecordAsync("Today");
        Assert.Equal(4, TrailExport.Run(test.DataFolder, archive).Count);
        Assert.Empty(TrailExport.Run(test.DataFolder, archive));
        var before = test.Segments;
        test.Time.Advance(TimeSpan.FromMinutes(1));
        await test.Trail.TickAsync();
        await test.StopAsync();

        var verdict = test.Intact();
        Assert.True(verdict.FirstSequence > 1);
        Assert.Contains(verdict.Notes, note => note.Contains("deleted by retention"));
        Assert.DoesNotContain(test.Events(), each => each.Name == "Day0");
        Assert.Contains(test.Events(), each => each.Name == "Day3");
        Assert.True(TrailVerifier.Verify(archive, verdict.KeyFingerprint).IsIntact);

        // As if the server had been killed before it deleted the last one.
        var left = before[before.Count - test.Segments.Count - 1];
        File.Copy(Path.Combine(archive, Path.GetFileName(left)), left);
        Assert.Contains(test.Intact().Notes, note => note.Contains("deleted by retention"));
        await File.AppendAllTextAsync(left, "{}\n");
        test.Tampered("the beginning is missing");
        File.Delete(left);

        File.Delete(test.Segments[0]);
        test.Tampered("the beginning is missing");
        Directory.Delete(archive, recursive: true);
    }

    [Fact]
    public async Task Retention_deletes_unexported_segments_when_told_to()
    {
        await using var test = await TrailUnderTest.OpenedAsync(
            ManySegments with
            {
                KeepBytes = 1,
                DeleteUnexported = true,
            }
        );
        await test.RecordAsync(3);
        test.Options = new AuditOptions { Durability = AuditDurability.Process };
        await test.StopAsync();
        test.Options = test.Options with { KeepBytes = 1, DeleteUnexported = true };
        await test.OpenAsync();
        await test.RecordAsync("Open");
        await test.Trail.TickAsync();
        await test.StopAsync();
        Assert.Equal(1, test.Intact().Segments);
    }

    [Fact]
    public async Task An_export_does_not_take_another_file_of_that_name_for_its_copy()
    {
        await using var test = await TrailUnderTest.StoppedAsync(3, ManySegments);
        var archive = test.DataFolder + "-archive";
        Directory.CreateDirectory(archive);
        await File.WriteAllTextAsync(Path.Combine(archive, Path.GetFileName(test.Segments[0])), "other");
        Assert.Throws<IOException>(() => TrailExport.Run(test.DataFolder, archive));
        Assert.DoesNotContain(
            Directory.GetFiles(test.AuditFolder),
            file => file.EndsWith(".exported", StringComparison.Ordinal)
        );
        Directory.Delete(archive, recursive: true);
    }

    [Fact]
    public async Task A_change_whose_event_a_crash_lost_gets_one_at_the_next_start_once()
    {
        await using var running = await TrailUnderTest.OpenedAsync();
        await IntendAsync(running, "r-lost");
        await IntendAsync(running, "r-written");
        await running.Trail.RecordAsync("\"eventType\":\"ApiCall\",\"requestId\":\"r-written\""u8.ToArray());
        await using var test = running.AsAfterACrash();

        for (var start = 0; start < 2; start++)
        {
            await test.OpenAsync();
            Assert.Empty(await test.Intents.ListAsync(NodeName.First, default));
            await test.StopAsync();
        }

        var recovered = Assert.Single(test.Events(), each => each.Text("requestId") == "r-lost");
        Assert.True(recovered.IsAnswerUnknown);
        Assert.Single(test.Events(), each => each.Text("requestId") == "r-written");
    }

    [Fact]
    public async Task A_tampered_intent_is_told_of()
    {
        await using var test = await TrailUnderTest.OpenedAsync();
        await IntendAsync(test, "r-1");
        await test.StopAsync();
        Storage.TemporaryDatabase.Raw(
            Path.Combine(test.DataFolder, "keyhold.db"),
            "UPDATE audit_intents SET event = x'00'"
        );
        await test.OpenAsync();
        var told = Assert.Single(test.Events(), each => each.Name == "ReportTamperedIntent");
        Assert.Equal("r-1", told.Text("requestParameters", "requestId"));
        Assert.Empty(await test.Intents.ListAsync(NodeName.First, default));
    }

    [Fact]
    public async Task Only_writes_of_the_intents_own_flow_commit_it_and_only_while_it_is_open()
    {
        await using var test = await TrailUnderTest.OpenedAsync();
        var database = new IntendingDatabase(test.Database, new Storage.TestRowAuthenticator());
        var checkpoints = new AuditCheckpointStore(database);
        var unrelated = new AuditCheckpointRow("other", 1, [1]);
        await checkpoints.SaveAsync(unrelated, default);
        var intent = AuditIntent.Begin("r-1", NodeName.First, TrailUnderTest.Now, _ => [1]);
        Assert.False(intent.IsCommitted);
        intent.Dispose();
        await checkpoints.SaveAsync(unrelated, default);
        Assert.Empty(await test.Intents.ListAsync(NodeName.First, default));

        using var open = AuditIntent.Begin("r-2", NodeName.First, TrailUnderTest.Now, _ => [2]);
        await checkpoints.SaveAsync(unrelated with { Sequence = 2 }, default);
        await checkpoints.SaveAsync(unrelated with { Sequence = 3 }, default);
        Assert.True(open.IsCommitted);
        Assert.Equal("r-2", Assert.Single(await test.Intents.ListAsync(NodeName.First, default)).RequestId);
    }

    [Fact]
    public async Task A_write_that_fails_takes_its_intent_with_it()
    {
        await using var test = await TrailUnderTest.OpenedAsync();
        var database = new IntendingDatabase(test.Database, new Storage.TestRowAuthenticator());
        using var open = AuditIntent.Begin("r-1", NodeName.First, TrailUnderTest.Now, _ => [1]);
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await database.WriteAsync<int>((_, _) => throw new InvalidOperationException(), default)
        );
        Assert.False(open.IsCommitted);
        Assert.Empty(await test.Intents.ListAsync(NodeName.First, default));
    }

    [Fact]
    public async Task A_crash_between_a_new_key_and_its_first_checkpoint_is_no_damage()
    {
        await using var test = TrailUnderTest.Unopened();
        await test.OpenAsync(unseal: false);
        await test.AddKeyAsync();
        await test.StopAsync();

        await test.OpenAsync();
        Assert.Null(test.Trail.Damage);
        await test.StopAsync();
        test.Intact();
    }

    [Fact]
    public async Task A_removed_checkpoint_is_not_taken_for_such_a_crash_when_the_key_s_row_is_made_to_say_so()
    {
        await using var test = await TrailUnderTest.StoppedAsync(4);
        var database = Path.Combine(test.DataFolder, "keyhold.db");
        Storage.TemporaryDatabase.Raw(database, "DELETE FROM audit_checkpoints");
        Storage.TemporaryDatabase.Raw(database, "UPDATE audit_keys SET revision = 1");
        test.Tampered("checkpoint");
        await test.OpenAsync(unseal: false);
        await Assert.ThrowsAsync<Keyhold.Storage.RowTamperedException>(() => test.FindKeyAsync());
        await Assert.ThrowsAsync<Keyhold.Storage.RowTamperedException>(test.UnsealAsync);
    }

    [Fact]
    public async Task A_trail_that_names_a_key_is_damage_when_key_and_checkpoint_are_gone_from_the_database()
    {
        await using var test = await TrailUnderTest.StoppedAsync(4);
        var database = Path.Combine(test.DataFolder, "keyhold.db");
        Storage.TemporaryDatabase.Raw(database, "DELETE FROM audit_checkpoints");
        Storage.TemporaryDatabase.Raw(database, "DELETE FROM audit_keys");
        await test.OpenAsync();
        Assert.Contains("names an audit key, and the database has none", test.Trail.Damage, StringComparison.Ordinal);
    }

    private static IEnumerable<string> NamesOf(TrailUnderTest test) => test.Events().Select(each => each.Name);

    private static async Task IntendAsync(TrailUnderTest test, string requestId)
    {
        var fields = $"\"eventType\":\"ApiCall\",\"eventName\":\"DeleteCertificate\",\"requestId\":\"{requestId}\"";
        using var intent = AuditIntent.Begin(
            requestId,
            NodeName.First,
            TrailUnderTest.Now,
            _ => System.Text.Encoding.UTF8.GetBytes(fields)
        );
        var database = new IntendingDatabase(test.Database, new Storage.TestRowAuthenticator());
        await new AuditCheckpointStore(database).SaveAsync(new AuditCheckpointRow("other", 1, [1]), default);
    }
}
