using Keyhold.Crypto.Sealing;

namespace Keyhold.Crypto.Tests.Sealing;

/// <summary>Root keys and passphrases that systemd hands over: readable by an ACL, whose mask shows as the group's rights.</summary>
public sealed class CredentialFileTests : IDisposable
{
    private const string Variable = "CREDENTIALS_DIRECTORY";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-credential-test-");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public void A_credential_that_the_groups_bits_show_as_readable_is_taken(string end)
    {
        Prepare(UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Environment.SetEnvironmentVariable(Variable, folder.FullName + end);
        FileRootKey.Load(PathOf("root.key")).Dispose();
        Assert.Equal("secret"u8, PrivateFile.ReadFirstLine(PathOf("passphrase"), "passphrase", 100));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.GroupExecute)]
    [InlineData(UnixFileMode.OtherRead)]
    public void A_credential_that_others_can_use_is_refused(UnixFileMode more)
    {
        Prepare(UnixFileMode.UserRead | UnixFileMode.GroupRead | more);
        Environment.SetEnvironmentVariable(Variable, folder.FullName);
        RefusesBoth();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/run")]
    [InlineData("{folder}/below")]
    [InlineData("{folder}/..")]
    public void A_file_elsewhere_is_no_credential(string? credentials)
    {
        Prepare(UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Environment.SetEnvironmentVariable(
            Variable,
            credentials?.Replace("{folder}", folder.FullName, StringComparison.Ordinal)
        );
        RefusesBoth();
    }

    private void RefusesBoth()
    {
        Refuses(() => FileRootKey.Load(PathOf("root.key")));
        Refuses(() => PrivateFile.ReadFirstLine(PathOf("passphrase"), "passphrase", 100));
    }

    private static void Refuses(Action act) =>
        Assert.Contains(
            "others than its owner",
            Assert.Throws<RootKeyException>(act).Message,
            StringComparison.Ordinal
        );

    private void Prepare(UnixFileMode mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Unix file modes.");
        FileRootKey.Create(PathOf("root.key")).Dispose();
        File.WriteAllText(PathOf("passphrase"), "secret\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(PathOf("root.key"), mode);
            File.SetUnixFileMode(PathOf("passphrase"), mode);
        }
    }

    private string PathOf(string name) => Path.Combine(folder.FullName, name);
}
