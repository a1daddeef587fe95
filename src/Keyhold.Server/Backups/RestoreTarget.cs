namespace Keyhold.Server.Backups;

/// <summary>Remembers what a data folder held before a restore, so that one that fails leaves nothing in it.</summary>
internal sealed class RestoreTarget
{
    private static readonly string[] Files = ["keyhold.db", "keyhold.db-wal", "keyhold.db-shm", "keyhold.lock", "node"];

    private readonly string folder;
    private readonly bool wasThere;
    private readonly bool hadTrail;
    private readonly HashSet<string> before;

    public RestoreTarget(string folder)
    {
        this.folder = folder;
        wasThere = Directory.Exists(folder);
        before = [.. Files.Where(name => File.Exists(Path.Combine(folder, name)))];
        hadTrail = Directory.Exists(TrailIn(folder));
    }

    public void Undo()
    {
        if (!wasThere)
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            return;
        }

        foreach (var name in Files.Where(name => !before.Contains(name)))
        {
            File.Delete(Path.Combine(folder, name));
        }

        if (!hadTrail && Directory.Exists(TrailIn(folder)))
        {
            Directory.Delete(TrailIn(folder), recursive: true);
        }
    }

    private static string TrailIn(string folder) => Path.Combine(folder, "audit");
}
