using System.IO.Compression;
using System.Text.Json;

namespace Keyhold.Crypto.Tests.Algorithms;

/// <summary>Test data by others, kept beside the repository in ../shared/vectors and not copied into it.</summary>
internal static class SharedVectors
{
    private static readonly string? Folder = Find();

    internal static void SkipWhenAbsent() =>
        Assert.SkipWhen(
            Folder is null,
            "The test vectors are not here: expected ../shared/vectors beside the repository."
        );

    internal static byte[] Bytes(string path)
    {
        SkipWhenAbsent();
        byte[] content = File.ReadAllBytes(Path.Combine(Folder!, path));
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
        {
            return content;
        }

        using var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    internal static string Text(string path) => System.Text.Encoding.UTF8.GetString(Bytes(path));

    internal static JsonElement Json(string path)
    {
        using var document = JsonDocument.Parse(Bytes(path));
        return document.RootElement.Clone();
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Keyhold.slnx")))
            {
                string vectors = Path.Combine(folder.FullName, "..", "shared", "vectors");
                return Directory.Exists(vectors) ? vectors : null;
            }
        }

        return null;
    }
}
