using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Keyhold.Server.Hosting;
using Keyhold.Server.Tests.Operations;
using Keyhold.Storage;

namespace Keyhold.Server.Tests.Backups;

/// <summary>A damaged backup is noticed wherever the damage is, and said where.</summary>
public class BackupFileTests : OperationTest
{
    private const int FixedSize = 8;
    private const int SumSize = 32;

    [Fact]
    public async Task A_flipped_bit_at_any_place_of_a_backup_is_noticed_and_its_place_is_named()
    {
        using var backup = await MadeBackup.OfAsync(Keyhold);
        var good = backup.Bytes();
        var content = FixedSize + HeaderLength(good) + SumSize;
        for (var place = 0; place < good.Length; place++)
        {
            var bad = good.ToArray();
            bad[place] ^= (byte)(1 << (place % 8));
            var refused = Assert.Throws<StartException>(() => backup.Read(backup.Other(bad)));
            Assert.Contains("other.backup", refused.Message, StringComparison.Ordinal);
            Assert.Contains(
                place < content
                    ? place < 3
                        ? "first 8 bytes"
                        : place == 3
                            ? "byte 3"
                            : "header"
                    : "chunk 0",
                refused.Message,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task A_backup_that_was_cut_off_anywhere_is_noticed()
    {
        using var backup = await MadeBackup.OfAsync(Keyhold);
        var good = backup.Bytes();
        Gen.Int[0, good.Length - 1]
            .Sample(
                length =>
                {
                    var path = backup.Other(good[..length]);
                    Assert.Throws<StartException>(() => backup.Read(path));
                },
                iter: 300,
                threads: 1
            );
    }

    [Fact]
    public async Task Contents_of_two_backups_do_not_mix()
    {
        using var backup = await MadeBackup.OfAsync(Keyhold);
        var first = backup.Bytes();
        await backup.WriteAsync(Keyhold.Folder.Database, Keyhold.Time);
        var second = backup.Bytes();
        byte[] mixed =
        [
            .. first[..(FixedSize + HeaderLength(first) + SumSize)],
            .. second[(FixedSize + HeaderLength(second) + SumSize)..],
        ];
        var refused = Assert.Throws<StartException>(() => backup.Read(backup.Other(mixed)));
        Assert.Contains("stood in another place or file", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"accountId\": \"1000000000000001\"", "\"accountId\": \"1000000000000002\"")]
    [InlineData("\"createdAt\": \"2026-11-24", "\"createdAt\": \"2027-11-24")]
    [InlineData("\"acceptsDamage\": false", "\"acceptsDamage\": true")]
    [InlineData("\"certificates\": 0", "\"certificates\": 7")]
    public async Task A_header_that_was_changed_with_its_sum_is_refused(string before, string after)
    {
        using var backup = await MadeBackup.OfAsync(Keyhold);
        Assert.Throws<StartException>(() => backup.Read(backup.Other(WithHeader(backup.Bytes(), before, after))));
    }

    [Fact]
    public async Task A_backup_of_a_newer_schema_names_the_program_that_made_it()
    {
        using var backup = await MadeBackup.OfAsync(Keyhold);
        var newer = WithHeader(
            backup.Bytes(),
            $"\"schemaVersion\": {Schema.Version}",
            $"\"schemaVersion\": {Schema.Version + 1},\n  \"something\": \"new\""
        );
        var refused = Assert.Throws<StartException>(() => backup.Read(backup.Other(newer)));
        Assert.Contains($"schema version {Schema.Version + 1}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("newer", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_of_a_newer_form_and_a_file_that_is_none_are_named()
    {
        using var backup = await MadeBackup.OfAsync(Keyhold);
        var newer = backup.Bytes();
        newer[3] = 2;
        Assert.Contains(
            "has the form 2",
            Assert.Throws<StartException>(() => backup.Read(backup.Other(newer))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "is no Keyhold backup",
            Assert.Throws<StartException>(() => backup.Read(backup.Other("SQLite format 3"u8.ToArray()))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "cannot be read",
            Assert.Throws<StartException>(() => backup.Read(backup.Path + ".gone")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Nothing_of_the_content_stands_in_the_file_in_the_clear()
    {
        await MadeBackup.FillAsync(Keyhold, Scenario);
        using var backup = await MadeBackup.OfAsync(Keyhold);
        var text = Encoding.Latin1.GetString(backup.Bytes());
        Assert.DoesNotContain("alice", text, StringComparison.Ordinal);
        Assert.DoesNotContain("CERTIFICATE", text, StringComparison.Ordinal);
        Assert.DoesNotContain("orders.example.com", text, StringComparison.Ordinal);
    }

    private static int HeaderLength(byte[] file) => BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(4, 4));

    private static byte[] WithHeader(byte[] file, string before, string after)
    {
        var end = FixedSize + HeaderLength(file);
        var header = Encoding.UTF8.GetString(file.AsSpan(FixedSize, HeaderLength(file)));
        Assert.Contains(before, header, StringComparison.Ordinal);
        var json = Encoding.UTF8.GetBytes(header.Replace(before, after, StringComparison.Ordinal));
        byte[] head = [.. file[..FixedSize], .. json];
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4, 4), json.Length);
        return [.. head, .. SHA256.HashData(head), .. file[(end + SumSize)..]];
    }
}
