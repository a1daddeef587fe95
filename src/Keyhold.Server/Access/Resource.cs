using Keyhold.Server.Operations.Certificates;

namespace Keyhold.Server.Access;

/// <summary>What a request is about, in the words of RAM: a certificate, all certificates, or nothing in particular.</summary>
internal readonly record struct Resource(string Kind, string? Id)
{
    public static readonly Resource None = new("", null);
    public static readonly Resource AllCertificates = new("certificate", null);
    public static readonly Resource AllAccessKeys = new("accesskey", null);

    public static Resource Certificate(CertificateId id) => new("certificate", id.Value);

    public static Resource AccessKey(string accessKeyId) => new("accesskey", accessKeyId);
}
