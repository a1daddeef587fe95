using Keyhold.Crypto.Sealing;

namespace Keyhold.Crypto.Tests.Sealing;

public sealed class OwnersFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-owners-file-");

    [Theory]
    [InlineData(0b100_000_000)]
    [InlineData(0b100_100_000)]
    [InlineData(0b110_000_000)]
    public void A_credential_may_show_the_right_that_systemd_gives_by_an_access_control_list(int mode)
    {
        Assert.Null(ModeOpenToOthers(mode, folder.FullName));
        Assert.Null(ModeOpenToOthers(mode, folder.FullName + "/"));
    }

    [Theory]
    [InlineData(0b100_110_000, "0460")]
    [InlineData(0b100_101_000, "0450")]
    [InlineData(0b100_100_100, "0444")]
    public void A_credential_that_more_may_be_done_to_is_refused(int mode, string shown) =>
        Assert.Equal(shown, ModeOpenToOthers(mode, folder.FullName));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/run/credentials/keyhold.service")]
    [InlineData("..")]
    public void A_group_may_not_read_what_is_no_credential(string? credentials) =>
        Assert.Equal("0440", ModeOpenToOthers(0b100_100_000, credentials));

    [Fact]
    public void A_folder_within_the_credentials_is_not_systemds()
    {
        var within = folder.CreateSubdirectory("within");
        Assert.Equal("0440", ModeOpenToOthers(0b100_100_000, folder.FullName, within.FullName));
    }

    private string? ModeOpenToOthers(int mode, string? credentials, string? place = null)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Unix file modes.");
        var path = Path.Combine(place ?? folder.FullName, "root.key");
        File.WriteAllText(path, "secret");
        using var file = File.OpenHandle(path);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)mode);
        }

        return OwnersFile.ModeOpenToOthers(path, file, credentials);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
