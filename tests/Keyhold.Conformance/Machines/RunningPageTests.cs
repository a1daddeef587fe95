using System.Globalization;
using Keyhold.Tests.Tours;

namespace Keyhold.Conformance.Machines;

/// <summary>
/// The road of docs/running.md, from a bare machine to two nodes, is walked as it is written: every block of commands, in
/// order, with the native program, and what the page shows is what they print.
/// </summary>
/// <remarks>
/// It runs on three throw-away machines (machines.sh): overlays of this machine's file system with networks of their own, of
/// which nothing is left. Stand-ins there are for <c>ssh</c> (there is no server for it), for <c>systemctl</c> (systemd is
/// not process 1; the real units are read and their command lines run, without what locks them up), for <c>./publish</c> (its
/// output is what is tested), and for <c>apt-get</c>, which is the real one over this machine's network where a mirror answers.
/// </remarks>
public sealed class RunningPageTests : IDisposable
{
    private const string StepEnd = "---- end of the step ----";
    private const string BothNodes = "# on both nodes\n";

    /// <summary>From sysexits.h, EX_TEMPFAIL: what is needed cannot be had here.</summary>
    private const int CannotHere = 75;

    private readonly string folder = Directory.CreateTempSubdirectory("keyhold-machines-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_road_to_two_nodes_is_walked_as_written()
    {
        Assert.SkipWhen(
            Repository.NativeProgram is null,
            "The road is that of the native program: ./publish, then set KEYHOLD_NATIVE_PROGRAM to .build/native/keyhold."
        );
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Throw-away machines are made of namespaces, by root only.");
        Assert.SkipUnless(
            Environment.OSVersion.Platform is PlatformID.Unix && File.Exists("/etc/debian_version"),
            "The road is Debian's: its packages and their units."
        );
        foreach (var program in (string[])["unshare", "nsenter", "setpriv", "ip", "runuser", "openssl"])
        {
            var (missing, _) = await Shell.BashAsync($"command -v {program}", folder);
            Assert.SkipUnless(missing is 0, $"Throw-away machines need the program {program}.");
        }

        var (refused, why) = await Shell.BashAsync("unshare --mount --net --pid --uts --fork true", folder);
        Assert.SkipUnless(refused is 0, $"Namespaces cannot be made here: {why.Trim()}");
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "running.md"));
        var steps = Tour.Of(page, "From a bare machine").Steps;
        Assert.True(steps.Count > 20);
        Prepare(steps);

        var (exitCode, output) = await Shell.RunAsync(
            folder,
            "unshare",
            "--mount",
            "--pid",
            "--uts",
            "--fork",
            "--kill-child",
            "--mount-proc",
            Path.Combine(Repository.Root, "tests", "Keyhold.Conformance", "Machines", "machines.sh"),
            folder
        );
        Assert.SkipWhen(exitCode is CannotHere, output.TrimEnd().Split('\n')[^1]);
        Assert.True(exitCode is 0, $"{output}\n{Logs()}");
        if (output.Contains("No mirror of Debian can be reached", StringComparison.Ordinal))
        {
            TestContext.Current.AddWarning("No mirror of Debian: apt-get was satisfied by what this machine has.");
        }

        var printed = output.Split($"\n{StepEnd}\n").SkipLast(1).ToList();
        var shown = steps.SelectMany(step => Enumerable.Repeat(step, IsForBoth(step) ? 2 : 1)).ToList();
        Assert.Equal(shown.Count, printed.Count);
        Assert.All(
            shown.Zip(printed).Where(pair => pair.First.Shown is not null),
            pair =>
                Assert.True(
                    TourOutput.Fits(pair.First.Shown!, pair.Second),
                    $"{pair.First.Script}\nprints\n\n{pair.Second}\n\nbut the page shows\n\n{pair.First.Shown}"
                )
        );
    }

    private static bool IsForBoth(Tour.Step step) => step.Script.StartsWith(BothNodes, StringComparison.Ordinal);

    private void Prepare(IReadOnlyList<Tour.Step> steps)
    {
        var native = Directory.CreateDirectory(Path.Combine(folder, "clone", ".build", "native")).FullName;
        foreach (var file in (string[])["keyhold", "libe_sqlite3.so"])
        {
            File.Copy(
                Path.Combine(Path.GetDirectoryName(Repository.NativeProgram!)!, file),
                Path.Combine(native, file)
            );
        }

        var publish = Path.Combine(folder, "clone", "publish");
        File.WriteAllText(publish, "#!/bin/sh\ntest -x .build/native/keyhold\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(publish, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var deploy = Path.Combine(Repository.Root, "deploy");
        foreach (var file in Directory.GetFiles(deploy, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, "clone", "deploy", Path.GetRelativePath(deploy, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        Directory.CreateDirectory(Path.Combine(folder, "steps"));
        for (var number = 0; number < steps.Count; number++)
        {
            var name = (number + 1).ToString("000", CultureInfo.InvariantCulture);
            File.WriteAllText(Path.Combine(folder, "steps", name), steps[number].Script);
        }
    }

    /// <summary>What the services of both nodes printed.</summary>
    private string Logs()
    {
        var logs = new DirectoryInfo(Path.Combine(folder, "log"));
        return logs.Exists
            ? string.Concat(logs.GetFiles().Select(log => $"{log.Name}:\n{File.ReadAllText(log.FullName)}\n"))
            : "";
    }
}
