namespace Keyhold.Conformance.Clients;

/// <summary>Who signs and sends a request, and where its parameters travel.</summary>
internal static class Road
{
    public const string PopCoreGet = "pop-core GET";
    public const string PopCorePost = "pop-core POST";
    public const string KmsQuery = "kms20160120 query";
    public const string KmsBody = "kms20160120 body";
    public const string V3Query = "V3 query";
    public const string V3Form = "V3 form";
    public const string V3Sm3 = "V3 SM3";
    public const string V1Sha256 = "V1 HMAC-SHA256";
    public const string CommandLine = "keyhold api";

    /// <summary>The six that every key spec travels its whole life.</summary>
    public static IReadOnlyList<string> Main { get; } = [PopCoreGet, PopCorePost, KmsQuery, KmsBody, V3Query, V3Form];

    public static bool IsOfficialClient(string road) => road is PopCoreGet or PopCorePost or KmsQuery or KmsBody;

    /// <summary>How the independent signer travels this road.</summary>
    public static Draft Draft(string road, string action, params (string Name, string Value)[] parameters) =>
        road switch
        {
            V3Query => new Draft(action, parameters),
            V3Form => new Draft(action, parameters) { Place = "form" },
            V3Sm3 => new Draft(action, parameters) { Algorithm = "ACS3-HMAC-SM3", Method = "GET" },
            V1Sha256 => new Draft(action, parameters)
            {
                Scheme = "V1",
                Algorithm = "HMAC-SHA256",
                Place = "form",
            },
            _ => throw new ArgumentOutOfRangeException(nameof(road), road, "not a road of the independent signer"),
        };
}
