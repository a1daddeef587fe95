namespace Keyhold.Protocol.Rpc;

/// <summary>The versions of the API that requests name.</summary>
public static class ApiVersion
{
    public const string Kms = "2016-01-20";
}
