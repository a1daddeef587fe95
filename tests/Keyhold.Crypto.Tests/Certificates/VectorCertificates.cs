using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Tests.Algorithms;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>The certificates among the shared test vectors, by the name of their file.</summary>
internal static class VectorCertificates
{
    /// <summary>The files of an archive.</summary>
    public static IReadOnlyDictionary<string, string> Archive(string path)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        using var tar = new TarReader(new MemoryStream(SharedVectors.Bytes(path)));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is { } data)
            {
                using var reader = new StreamReader(data, Encoding.Latin1);
                files[entry.Name] = reader.ReadToEnd();
            }
        }
        return files;
    }

    public static JsonElement Limbo() => SharedVectors.Json("limbo-core.json.gz").GetProperty("testcases");

    public static string Sm2(string path) => SharedVectors.Text("sm2/" + path);

    /// <summary>Some hundred certificates of all kinds, good and odd, in DER.</summary>
    public static IReadOnlyList<byte[]> Everything()
    {
        var texts = new List<string>();
        texts.AddRange(Archive("odd-certificates.tar.gz").Values);
        texts.AddRange(Archive("letsencrypt-certs.tar.gz").Values);
        texts.AddRange(Limbo().EnumerateArray().Select(test => test.GetProperty("peer_certificate").GetString()!));
        texts.AddRange(
            SharedVectors
                .Json("openssl-verify.json.gz")
                .GetProperty("pem")
                .EnumerateObject()
                .Select(file => file.Value.GetString()!)
        );
        texts.AddRange(
            SharedVectors
                .Json("pkits-no-crl.json.gz")
                .GetProperty("certs")
                .EnumerateObject()
                .Select(file => file.Value.GetString()!)
        );
        texts.Add(Sm2("tongsuo/sm2/chain-ca.crt"));
        texts.Add(Sm2("tongsuo/sm2/server_sign.crt"));
        texts.Add(Sm2("tjfoc/gmtls/websvr/certs/rsa_sign.cer"));
        return [.. texts.SelectMany(text => PemReader.Read(text).Certificates).Select(block => block.Der.ToArray())];
    }
}
