using System.Globalization;

namespace Keyhold.Server.Tests.Faults;

/// <summary>What Linux says that a process has.</summary>
internal sealed record ProcessSample(double Megabytes, int Descriptors, int Threads)
{
    public static ProcessSample Of(int processId)
    {
        var lines = File.ReadAllLines($"/proc/{processId}/status");
        return new ProcessSample(
            Number(lines, "VmRSS:") / 1024.0,
            Directory.GetFileSystemEntries($"/proc/{processId}/fd").Length,
            Number(lines, "Threads:")
        );
    }

    private static int Number(string[] lines, string name)
    {
        var line = lines.First(each => each.StartsWith(name, StringComparison.Ordinal));
        return int.Parse(
            line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(),
            CultureInfo.InvariantCulture
        );
    }
}
