using Keyhold.Protocol;
using Keyhold.Server.Access.Policies;
using Keyhold.Server.Hosting;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Access;

/// <summary>
/// The one gate between knowing who asks and doing what is asked. The account's own keys may do everything; a user may do
/// what its policies allow. It is passed before anything is looked up, so that a refusal tells nothing of what exists.
/// </summary>
internal sealed class AccessCheck(Installation installation, UserPolicies policies, CertificateStore certificates)
{
    private readonly string root = Principal.RootOf(installation.AccountId);

    /// <summary>Lets the principal pass, with the proof that the vault asks for, or refuses with Forbidden.NoPermission.</summary>
    public async ValueTask<Caller> AuthorizeAsync(
        Principal principal,
        OperationInfo operation,
        Resource resource,
        RequestContext context,
        CancellationToken stop
    )
    {
        if (!await AllowsAsync(principal, operation, resource, context, stop))
        {
            throw new ApiException(
                ErrorCodes.ForbiddenNoPermission,
                $"{ErrorCodes.ForbiddenNoPermission.Text} {principal.Owner} may not do {operation.AccessAction} on {ArnOf(resource, principal)}."
            );
        }

        var keyUse = operation.UsesPrivateKey && resource.CertificateId is { } id ? new KeyUse(id) : null;
        return new Caller(principal, this, context, keyUse);
    }

    public async ValueTask<bool> AllowsAsync(
        Principal principal,
        OperationInfo operation,
        Resource resource,
        RequestContext context,
        CancellationToken stop
    )
    {
        if (IsRoot(principal))
        {
            return true;
        }

        if (Principal.UserNameIn(principal.Owner, installation.AccountId) is not { } userName)
        {
            return false;
        }

        var attached = await policies.OfAsync(userName, stop);
        var facts = new AccessFacts(operation.AccessAction, ArnOf(resource, principal))
        {
            SourceIp = context.Origin.KnownAddress,
            CurrentTime = context.ReceivedAt,
            SecureTransport = context.Origin.IsSecure,
            UserAgent = context.UserAgent.Length == 0 ? null : context.UserAgent,
            ResourceTags = attached.AskForTags ? await TagsOfAsync(resource, stop) : null,
        };
        return PolicyEvaluator.Decide(attached.Policies, facts).Verdict switch
        {
            PolicyVerdict.Allow => true,
            PolicyVerdict.ImplicitDeny => operation.IsForEverybody,
            _ => false,
        };
    }

    public bool IsRoot(Principal principal) => string.Equals(principal.Owner, root, StringComparison.Ordinal);

    private string ArnOf(Resource resource, Principal principal) =>
        resource.IsCaller ? principal.Owner : installation.ArnOf(resource);

    /// <summary>Of a certificate that does not exist no tag is known, as of one without tags.</summary>
    private async ValueTask<IReadOnlyList<KeyValuePair<string, string>>?> TagsOfAsync(
        Resource resource,
        CancellationToken stop
    ) => resource.CertificateId is { } id ? (await certificates.FindAsync(id.Value, stop))?.Tags : null;
}
