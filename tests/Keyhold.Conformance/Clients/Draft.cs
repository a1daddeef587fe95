namespace Keyhold.Conformance.Clients;

/// <summary>What the independent signer shall sign. Common replaces common parameters (V1) or headers (V3); null leaves one out.</summary>
internal sealed record Draft(string Action, params (string Name, string Value)[] Parameters)
{
    public string Scheme { get; init; } = "V3";
    public string? Algorithm { get; init; }
    public string Method { get; init; } = "POST";

    /// <summary>query or form.</summary>
    public string Place { get; init; } = "query";
    public string AccessKeyId { get; init; } = Server.KeyholdServer.AccessKeyId;
    public string AccessKeySecret { get; init; } = Server.KeyholdServer.AccessKeySecret;
    public (string Name, string? Value)[] Common { get; init; } = [];
}
