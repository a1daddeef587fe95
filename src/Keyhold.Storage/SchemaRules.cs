using System.Reflection;
using DbUp.Engine;

namespace Keyhold.Storage;

/// <summary>What the program says to a database's schema version, and the scripts that it brings.</summary>
internal static class SchemaRules
{
    /// <summary>Throws unless a program that knows <see cref="Schema.Version"/> may use a database that says this of itself.</summary>
    /// <param name="place">The database, as a message can call it: "the database F".</param>
    public static int Judge(long version, long oldestProgram, string place) =>
        oldestProgram <= Schema.Version
            ? (int)version
            : throw new SchemaException(
                $"{place} has schema version {version} and may be used by programs that know version {oldestProgram} or "
                    + $"newer; this one knows {Schema.Version}. Use the newer Keyhold that migrated it, or restore the "
                    + "backup made before."
            );

    /// <summary>Throws when the database is older than the program.</summary>
    public static void Check(int version, int programVersion, string place)
    {
        if (version < programVersion)
        {
            throw new SchemaException(
                version == 0
                    ? $"{place} is empty. Run `keyhold database migrate` to set it up."
                    : $"{place} has schema version {version}, this program needs {programVersion}. Make a backup, then run "
                        + "`keyhold database migrate`."
            )
            {
                IsEmpty = version == 0,
            };
        }
    }

    /// <summary>The numbered scripts of one kind of database (a folder below Migrations), in their order.</summary>
    public static List<SqlScript> ReadScripts(string kind)
    {
        var folder = $".Migrations.{kind}.";
        var assembly = Assembly.GetExecutingAssembly();
        var scripts = new List<SqlScript>();
        foreach (var resource in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            var start = resource.IndexOf(folder, StringComparison.Ordinal);
            if (start < 0)
            {
                continue;
            }

            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            scripts.Add(new SqlScript(resource[(start + folder.Length)..], reader.ReadToEnd()));
        }

        return scripts;
    }
}
