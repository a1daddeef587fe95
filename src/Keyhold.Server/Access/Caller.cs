using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Access;

/// <summary>A principal who passed the access check for one operation on one resource.</summary>
internal sealed class Caller
{
    private readonly AccessCheck access;
    private readonly RequestContext context;
    private readonly KeyUse? keyUse;

    internal Caller(Principal principal, AccessCheck access, RequestContext context, KeyUse? keyUse)
    {
        Principal = principal;
        this.access = access;
        this.context = context;
        this.keyUse = keyUse;
    }

    public Principal Principal { get; }

    /// <summary>The right to use the certificate's private key; there for operations that are declared to use it.</summary>
    public KeyUse KeyUse =>
        keyUse ?? throw new InvalidOperationException("This operation is not declared as one that uses a private key.");

    /// <summary>Whether the caller could also do <paramref name="operation"/> there: for what an answer may mention.</summary>
    public ValueTask<bool> MayAsync(OperationInfo operation, Resource resource, CancellationToken stop) =>
        access.AllowsAsync(Principal, operation, resource, context, stop);
}
