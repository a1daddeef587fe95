using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Keyhold.Protocol.Rpc;
using Keyhold.Protocol.Signing;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Protocol.Tests.Signing;

/// <summary>One of the published or captured signed requests of ../shared/vectors/signatures.json.</summary>
internal sealed record SignatureVector(
    string Name,
    string Key,
    string AccessKeyId,
    string Algorithm,
    WireRequest Request,
    string StringToSign
)
{
    private const string Absent = "(../shared/vectors/signatures.json is not here)";

    private static readonly IReadOnlyDictionary<string, SignatureVector> All = Load();

    /// <summary>Names for theories; a theory without the file has one row, which skips.</summary>
    public static TheoryData<string> Names(Func<SignatureVector, bool>? which = null) =>
        All.Count == 0
            ? new TheoryData<string>(Absent)
            : new TheoryData<string>(All.Values.Where(which ?? (_ => true)).Select(vector => vector.Name));

    public static SignatureVector Get(string name)
    {
        Assert.SkipUnless(All.Count > 0, "Skipped: ../shared/vectors/signatures.json is absent.");
        return All[name];
    }

    public static int Count => All.Count;

    /// <summary>Empty when the file is absent.</summary>
    public static IEnumerable<WireRequest> Requests => All.Values.Select(vector => vector.Request);

    public bool IsV3 => Algorithm.StartsWith("ACS3-", StringComparison.Ordinal);

    public bool IsRsa => Key.StartsWith("-----BEGIN", StringComparison.Ordinal);

    public DateTimeOffset SignedAt
    {
        get
        {
            var text =
                Request.Header("x-acs-date")
                ?? (Request.Query + "&" + Request.Form)
                    .Split('&')
                    .First(pair => pair.StartsWith("Timestamp=", StringComparison.Ordinal))["Timestamp=".Length..];
            return DateTimeOffset.Parse(
                Uri.UnescapeDataString(text),
                System.Globalization.CultureInfo.InvariantCulture
            );
        }
    }

    /// <summary>The whole road on a fresh server whose clock shows the vector's time.</summary>
    public RpcRequest Verify(WireRequest request) => Verify(request, Verifier(out _), changesState: true);

    public RpcRequest Verify(WireRequest request, SignatureVerifier verifier, bool changesState)
    {
        var parsed = request.Parse();
        verifier.CheckForm(parsed);
        if (IsRsa)
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(Key);
            verifier.CheckSignature(parsed, rsa);
        }
        else
        {
            verifier.CheckSignature(parsed, Encoding.UTF8.GetBytes(Key));
        }

        verifier.CheckReplay(parsed, changesState);
        return parsed;
    }

    public SignatureVerifier Verifier(out FakeTimeProvider clock)
    {
        clock = new FakeTimeProvider(SignedAt);
        return new SignatureVerifier(clock, new ReplayWindow(clock), [Sm3.HashFunction]);
    }

    private static Dictionary<string, SignatureVector> Load()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Keyhold.slnx")))
        {
            folder = folder.Parent;
        }

        var file = Path.Combine(folder?.FullName ?? "", "..", "shared", "vectors", "signatures.json");
        if (folder is null || !File.Exists(file))
        {
            return [];
        }

        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        return json
            .RootElement.GetProperty("vectors")
            .EnumerateArray()
            .Select(vector =>
            {
                string Text(string name) => vector.GetProperty(name).GetString()!;
                return new SignatureVector(
                    Text("name"),
                    Text("key"),
                    Text("accessKeyId"),
                    Text("algorithm"),
                    WireRequest.FromHttp(Convert.FromBase64String(Text("rawBase64"))),
                    Text("stringToSign")
                );
            })
            .ToDictionary(vector => vector.Name, StringComparer.Ordinal);
    }
}
