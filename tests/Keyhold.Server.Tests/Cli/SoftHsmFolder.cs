using System.Diagnostics;

namespace Keyhold.Server.Tests.Cli;

/// <summary>A SoftHSM with one token "keyhold", for processes that get its environment.</summary>
internal sealed class SoftHsmFolder
{
    public const string Module = "/usr/lib/softhsm/libsofthsm2.so";
    public const string Pin = "493817";

    private readonly CliUnderTest cli;

    public SoftHsmFolder(CliUnderTest cli)
    {
        this.cli = cli;
        Directory.CreateDirectory(Tokens);
        Configuration = cli.Write("softhsm2.conf", $"directories.tokendir = {Tokens}\nobjectstore.backend = file\n");
        using var util = Process.Start(
            new ProcessStartInfo(
                "softhsm2-util",
                ["--init-token", "--free", "--label", "keyhold", "--pin", Pin, "--so-pin", "1" + Pin]
            )
            {
                Environment = { ["SOFTHSM2_CONF"] = Configuration },
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        util.StandardOutput.ReadToEnd();
        util.WaitForExit();
        Assert.Equal(0, util.ExitCode);
    }

    public Dictionary<string, string> Environment => new(StringComparer.Ordinal) { ["SOFTHSM2_CONF"] = Configuration };

    private string Configuration { get; }

    private string Tokens => cli.PathOf("tokens");

    public string Uri(string token, string pin = Pin)
    {
        var file = cli.Write(pin == Pin ? "pin" : "another-pin", pin);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return $"pkcs11:token={token};object=keyhold-root?module-path={Module}&pin-source=file:{file}";
    }

    public void Unplug()
    {
        Directory.Move(Tokens, Tokens + "-unplugged");
        Directory.CreateDirectory(Tokens);
    }

    public void PlugIn()
    {
        Directory.Delete(Tokens, recursive: true);
        Directory.Move(Tokens + "-unplugged", Tokens);
    }
}
