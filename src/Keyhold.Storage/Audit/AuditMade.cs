namespace Keyhold.Storage.Audit;

/// <summary>What a request makes. Kind is the word that ARNs have for it, such as certificate.</summary>
public sealed record AuditMade(string Kind, string Id)
{
    public const string Certificate = "certificate";
    public const string AccessKey = "accesskey";
}
