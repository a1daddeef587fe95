using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Audit;

namespace Keyhold.Server.Audit;

/// <summary>A request's event while it is being gathered: each step of the road adds what it knows.</summary>
internal sealed class RequestRecord(RequestContext context, string host)
{
    public RequestContext Context => context;

    /// <summary>The Host header, as the client sent it.</summary>
    public string Host => host;

    /// <summary>What the request says that it wants; not believed.</summary>
    public string Action { get; set; } = "";

    /// <summary>Who the request says that it is from; not believed.</summary>
    public string ClaimedAccessKeyId { get; private set; } = "";

    public string? Version { get; private set; }

    /// <summary>Known from the moment on that the operation table has it.</summary>
    public OperationInfo? Operation { get; set; }

    /// <summary>Known from the moment on that the signature is good.</summary>
    public Principal? Caller { get; set; }

    /// <summary>Known from the moment on that no private key is in them.</summary>
    public Parameters? Parameters { get; set; }

    public AuditIntent? Intent { get; set; }

    /// <summary>Null for a success.</summary>
    public ErrorCode? Error { get; private set; }

    public string? ErrorMessage { get; private set; }

    public void Claim(RpcRequest request)
    {
        Action = request.Action;
        Version = request.Version;
        ClaimedAccessKeyId = request.AccessKeyId;
    }

    /// <summary>How it ended, when it was refused. A null message stands for the code's own sentence.</summary>
    public void Refused(ErrorCode error, string? message)
    {
        Error = error;

        // The answer to a wrong signature echoes what the server signed, with every parameter in it.
        ErrorMessage = error == ErrorCodes.SignatureDoesNotMatch ? error.Text : message ?? error.Text;
    }
}
