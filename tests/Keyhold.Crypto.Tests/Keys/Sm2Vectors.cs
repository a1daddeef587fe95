using System.Text.Json;
using Keyhold.Crypto.Keys;
using Keyhold.Crypto.Tests.Algorithms;

namespace Keyhold.Crypto.Tests.Keys;

/// <summary>SM2 vectors by others, by their kind.</summary>
internal static class Sm2Vectors
{
    internal static IEnumerable<JsonElement> OfKind(string kind) =>
        SharedVectors
            .Json("sm2/sm2-vectors.json.gz")
            .EnumerateArray()
            .Where(vector => vector.GetProperty("kind").ValueEquals(kind));

    /// <summary>The key whose private number is in a field, in hexadecimal.</summary>
    internal static PrivateKey KeyIn(JsonElement vector, string field) =>
        PrivateKey.FromPkcs8(
            KeyDer.EllipticPkcs8(
                ObjectIdentifiers.Sm2Curve,
                Convert.FromHexString(vector.GetProperty(field).GetString()!)
            )
        );
}
