using Keyhold.Protocol.Rpc;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Access;

/// <summary>Who sent a request: the checks of its signature and the access keys they are made with.</summary>
internal sealed class Authentication(AccessKeys accessKeys, AccessKeyUses uses, SignatureVerifier signatures)
{
    /// <summary>Form and clock; nothing is looked up.</summary>
    public void CheckForm(RpcRequest request) => signatures.CheckForm(request);

    /// <summary>The access key whose holder signed the request, whatever its status.</summary>
    public async ValueTask<AccessKey> IdentifyAsync(RpcRequest request, CancellationToken stop)
    {
        var accessKey = await accessKeys.FindAsync(request.AccessKeyId, stop);
        signatures.CheckSignature(request, accessKey.Secret.Span);
        return accessKey;
    }

    /// <summary>Remembers when the key was used last, and for what.</summary>
    public void NoteUse(AccessKey accessKey, OperationInfo operation, RequestContext context) =>
        uses.Note(accessKey.Principal.AccessKeyId, operation, context);

    /// <summary>Whether it was here before; only after the signature.</summary>
    public void CheckReplay(RpcRequest request, bool changesState) => signatures.CheckReplay(request, changesState);
}
