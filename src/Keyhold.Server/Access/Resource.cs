using Keyhold.Server.Operations.Certificates;
using Keyhold.Storage.Audit;

namespace Keyhold.Server.Access;

/// <summary>
/// What a request is about, in the words of RAM: a certificate or all of them, a user, a policy, whoever asks, or nothing
/// in particular. <see cref="Hosting.Installation.ArnOf"/> writes it as an ARN.
/// </summary>
/// <param name="Service">The service that ARNs name: kms or ram.</param>
/// <param name="Kind">The kind of resource, which ARNs name too.</param>
/// <param name="Id">Which one; null for the container of all certificates, * for all users or policies.</param>
internal readonly record struct Resource(string Service, string Kind, string? Id)
{
    private const string Kms = "kms";
    private const string Ram = "ram";
    private const string CertificateKind = AuditMade.Certificate;

    public static readonly Resource None = new("", "", null);
    public static readonly Resource AllCertificates = new(Kms, CertificateKind, null);
    public static readonly Resource AllUsers = User("*");
    public static readonly Resource AllPolicies = new(Ram, "policy", "*");

    /// <summary>The user whose access key signed the request.</summary>
    public static readonly Resource Caller = new(Ram, "caller", null);

    /// <summary>Whether it belongs to every account, as the built-in policies do.</summary>
    public bool IsSystem { get; private init; }

    public bool IsCaller => this == Caller;

    public CertificateId? CertificateId =>
        Service is Kms && Kind is CertificateKind && Id is { } id ? new CertificateId(id) : null;

    public static Resource Certificate(CertificateId id) => new(Kms, CertificateKind, id.Value);

    public static Resource User(string userName) => new(Ram, "user", userName);

    /// <summary>An access key that was made, for the audit trail; rights go by its user.</summary>
    public static Resource AccessKey(string accessKeyId) => new(Ram, AuditMade.AccessKey, accessKeyId);

    /// <summary>What a store says that it adds.</summary>
    public static Resource Made(AuditMade made) =>
        made.Kind is AuditMade.AccessKey ? AccessKey(made.Id) : new Resource(Kms, made.Kind, made.Id);

    public static Resource Policy(string policyType, string policyName) =>
        new(Ram, "policy", policyName) { IsSystem = policyType is PolicyType.System };
}
