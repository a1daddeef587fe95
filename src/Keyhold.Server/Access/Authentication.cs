using System.Security.Cryptography;
using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Limits;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Access;

/// <summary>Who sent a request: the checks of its signature and the access keys they are made with.</summary>
internal sealed class Authentication(
    AccessKeys accessKeys,
    AccessKeyUses uses,
    SignatureVerifier signatures,
    Throttle throttle,
    SharedReplays? shared = null
)
{
    private readonly byte[] nobodysSecret = RandomNumberGenerator.GetBytes(AccessKeys.SecretLength);

    public Throttle Throttle => throttle;

    /// <summary>Form and clock; nothing is looked up.</summary>
    public void CheckForm(RpcRequest request) => signatures.CheckForm(request);

    /// <summary>The access key whose holder signed the request, whatever its status.</summary>
    public async ValueTask<AccessKey> IdentifyAsync(RpcRequest request, RequestOrigin origin, CancellationToken stop)
    {
        throttle.RequireCalm(origin, request.AccessKeyId);
        if (await accessKeys.FindAsync(request.AccessKeyId, stop) is not { } accessKey)
        {
            RefuseAsAnybodys(request);
            throw new ApiException(ErrorCodes.InvalidAccessKeyIdNotFound);
        }

        signatures.CheckSignature(request, accessKey.Secret.Span);
        return accessKey;
    }

    /// <summary>An unknown access key goes the road of a wrong signature, so that it costs what that costs.</summary>
    private void RefuseAsAnybodys(RpcRequest request)
    {
        try
        {
            signatures.CheckSignature(request, nobodysSecret);
        }
        catch (ApiException)
        {
            // The answer says that there is no such key, whatever is wrong with the signature.
        }
    }

    /// <summary>After the signature: a stranger cannot use up somebody else's share.</summary>
    public void RequireToken(RpcRequest request, RequestOrigin origin) =>
        throttle.RequireToken(origin, request.AccessKeyId);

    /// <summary>Lets a source wait that fails again and again; what it is told then.</summary>
    public ValueTask<ApiException> SlowAsync(
        ApiException refusal,
        RequestOrigin origin,
        RpcRequest? request,
        CancellationToken stop
    ) => throttle.SlowAsync(refusal, origin, request?.AccessKeyId, stop);

    /// <summary>Remembers when the key was used last, and for what.</summary>
    public void NoteUse(AccessKey accessKey, OperationInfo operation, RequestContext context) =>
        uses.Note(accessKey.Principal.AccessKeyId, operation, context);

    /// <summary>Whether it was here before; only after the signature.</summary>
    public async ValueTask CheckReplayAsync(RpcRequest request, bool changesState, CancellationToken stop)
    {
        signatures.CheckReplay(request, changesState);
        if (shared is not null)
        {
            await shared.CheckAsync(request, changesState, stop);
        }
    }
}
