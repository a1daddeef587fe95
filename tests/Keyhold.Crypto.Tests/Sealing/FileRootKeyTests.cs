using System.Text;
using Keyhold.Crypto.Sealing;

namespace Keyhold.Crypto.Tests.Sealing;

public sealed class FileRootKeyTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-root-key-");

    private string FilePath => Path.Combine(folder.FullName, "root.key");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_created_key_is_loaded_again()
    {
        using FileRootKey created = FileRootKey.Create(FilePath);
        using FileRootKey loaded = FileRootKey.Load(FilePath);
        Assert.Equal(created.Id, loaded.Id);
        Assert.Equal(32, loaded.Id.Length);
        Assert.Equal([1, 2, 3], loaded.Unwrap("c"u8, created.Wrap("c"u8, [1, 2, 3])));
    }

    [Fact]
    public void A_folder_is_brought_to_the_disk_or_it_is_said_why_not()
    {
        Assert.Null(FolderFlush.Try(folder.FullName));
        Assert.NotNull(FolderFlush.Try(FilePath));
        FileRootKey.Create(FilePath).Dispose();
        Assert.NotNull(FolderFlush.Try(FilePath));
    }

    [Fact]
    public void The_file_is_for_its_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Unix file modes.");
        FileRootKey.Create(FilePath).Dispose();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        }
    }

    // Never to change: these are the files that people keep.
    [Fact]
    public void Version_1_is_this_text_for_ever()
    {
        byte[] key = [.. Enumerable.Range(0, 32).Select(value => (byte)value)];
        string text = Encoding.ASCII.GetString(RootKeyText.Write(key));
        Assert.Equal(
            "keyhold root key 1\n"
                + "key 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
                + "sum da78605b82a8bf8b\n",
            text
        );
        Write(text);
        using FileRootKey loaded = FileRootKey.Load(FilePath);
        Assert.Equal("f9a7cde1ead623e0966d922c6c7e199c", loaded.Id);
    }

    [Fact]
    public void An_existing_file_is_never_overwritten()
    {
        Write("something else");
        Refuses("already something", () => FileRootKey.Create(FilePath));
        Assert.Equal("something else", File.ReadAllText(FilePath));
        Refuses("already something", () => FileRootKey.Create(folder.FullName));
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        string path = Path.Combine(folder.FullName, "missing", "root.key");
        Refuses(path, () => FileRootKey.Create(path));
        Refuses("There is no root key", () => FileRootKey.Load(path));
    }

    [Fact]
    public void A_missing_file_or_a_folder_is_named()
    {
        Refuses("keyhold init", () => FileRootKey.Load(FilePath));
        Refuses("is a folder", () => FileRootKey.Load(folder.FullName));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead, "0640")]
    [InlineData(UnixFileMode.OtherRead, "0604")]
    [InlineData(UnixFileMode.GroupWrite, "0620")]
    [InlineData(UnixFileMode.OtherExecute, "0601")]
    public void A_file_that_others_can_use_is_refused(UnixFileMode more, string mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Unix file modes.");
        FileRootKey.Create(FilePath).Dispose();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(FilePath, File.GetUnixFileMode(FilePath) | more);
            Refuses(mode, () => FileRootKey.Load(FilePath));
            Refuses("chmod 600", () => FileRootKey.Load(FilePath));
        }
    }

    [Fact]
    public void No_changed_byte_of_the_file_is_taken()
    {
        FileRootKey.Create(FilePath).Dispose();
        byte[] text = File.ReadAllBytes(FilePath);
        for (int place = 0; place < text.Length; place++)
        {
            byte[] changed = [.. text];
            changed[place] ^= 1;
            Write(changed);
            Refuses("not a whole root key", () => FileRootKey.Load(FilePath));
        }
    }

    [Fact]
    public void A_file_of_another_length_is_refused_with_both_lengths()
    {
        FileRootKey.Create(FilePath).Dispose();
        byte[] text = File.ReadAllBytes(FilePath);
        foreach (
            byte[] changed in (byte[][])
                [
                    [],
                    text[..^1],
                    [.. text, (byte)'\n'],
                    [.. text, .. text],
                ]
        )
        {
            Write(changed);
            Refuses($"{changed.Length} bytes, not {text.Length}", () => FileRootKey.Load(FilePath));
        }
    }

    [Fact]
    public void A_device_is_refused_without_being_read()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "There is no /dev/zero here.");
        Refuses("0 bytes", () => FileRootKey.Load("/dev/zero"));
    }

    [Fact]
    public void A_link_leads_to_the_file_and_its_mode()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        string link = Path.Combine(folder.FullName, "link");
        using FileRootKey created = FileRootKey.Create(FilePath);
        File.CreateSymbolicLink(link, FilePath);
        using FileRootKey loaded = FileRootKey.Load(link);
        Assert.Equal(created.Id, loaded.Id);
        Refuses("already something", () => FileRootKey.Create(link));
    }

    [Fact]
    public void No_message_holds_the_key()
    {
        FileRootKey.Create(FilePath).Dispose();
        string text = File.ReadAllText(FilePath);
        string key = text.Split('\n')[1][4..];
        Write(text.Replace("sum ", "sum\t", StringComparison.Ordinal));
        var refused = Assert.Throws<RootKeyException>(() => FileRootKey.Load(FilePath));
        Assert.DoesNotContain(key[..8], refused.ToString(), StringComparison.Ordinal);
    }

    private static void Refuses(string reason, Func<FileRootKey> action)
    {
        var refused = Assert.Throws<RootKeyException>(() => action().Dispose());
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    private void Write(string text) => Write(Encoding.ASCII.GetBytes(text));

    private void Write(byte[] content)
    {
        File.WriteAllBytes(FilePath, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
