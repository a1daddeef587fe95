using Keyhold.Protocol;
using Keyhold.Server.Hosting;
using Keyhold.Server.Operations.Certificates;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Access;

/// <summary>
/// The one gate between knowing who asks and doing what is asked. The account's own keys may do everything;
/// nobody else exists yet, and nobody else passes.
/// </summary>
internal sealed class AccessCheck(Installation installation)
{
    private readonly string root = Principal.RootOf(installation.AccountId);

    /// <summary>Lets the principal pass, with the proof that the vault asks for, or refuses with Forbidden.NoPermission.</summary>
    public ValueTask<Caller> AuthorizeAsync(
        Principal principal,
        OperationInfo operation,
        Resource resource,
        RequestContext context,
        CancellationToken stop
    )
    {
        if (!Allows(principal, operation, resource))
        {
            throw new ApiException(
                ErrorCodes.ForbiddenNoPermission,
                $"{ErrorCodes.ForbiddenNoPermission.Text} {principal.Owner} may not do {operation.AccessAction} on {installation.ArnOf(resource)}."
            );
        }

        var keyUse =
            operation.UsesPrivateKey && resource is { Kind: "certificate", Id: { } id }
                ? new KeyUse(new CertificateId(id))
                : null;
        return ValueTask.FromResult(new Caller(principal, this, keyUse));
    }

    public bool Allows(Principal principal, OperationInfo operation, Resource resource) =>
        string.Equals(principal.Owner, root, StringComparison.Ordinal);
}
