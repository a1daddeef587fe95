namespace Keyhold.Conformance;

/// <summary>Where things lie in a clone: found upwards from the tests' own folder.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The program in the configuration that the tests were built in.</summary>
    public static string Program { get; } = FindProgram();

    /// <summary>The native program of ./publish, when it is what is to be tested; null for the one above.</summary>
    public static string? NativeProgram { get; } = Environment.GetEnvironmentVariable("KEYHOLD_NATIVE_PROGRAM");

    public static string NodeFolder => Path.Combine(Root, "tests", "Keyhold.Conformance", "node");

    /// <summary>Test data that lies beside the repository on some machines; a test that needs it skips without it.</summary>
    public static string Vectors(string file)
    {
        var path = Path.Combine(Root, "..", "shared", "vectors", file);
        Assert.SkipUnless(File.Exists(path), $"The shared test vectors ({file}) are not beside this clone.");
        return path;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Keyhold.slnx")))
                return folder.FullName;
        }
        throw new InvalidOperationException("The tests must run from inside a clone: no Keyhold.slnx above them.");
    }

    private static string FindProgram()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var configuration = framework.Parent!.Name;
        return Path.Combine(Root, "src", "Keyhold.Cli", "bin", configuration, framework.Name, "keyhold.dll");
    }
}
