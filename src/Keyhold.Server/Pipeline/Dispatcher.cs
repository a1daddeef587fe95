using System.Diagnostics;
using Keyhold.Protocol;
using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Audit;
using Keyhold.Server.Metrics;
using Keyhold.Server.Operations;
using Keyhold.Server.Telemetry;
using Keyhold.Storage;
using Microsoft.Extensions.Logging;

namespace Keyhold.Server.Pipeline;

/// <summary>
/// The whole road of a request, in one method. Every request takes it, the console's too;
/// whatever fails becomes one error answer with a request id.
/// </summary>
internal sealed partial class Dispatcher(
    OperationTable operations,
    Authentication authentication,
    AccessCheck access,
    RequestAudit audit,
    Instruments instruments
)
{
    private readonly Replies replies = new(audit, authentication.Throttle, instruments);

    /// <summary>Never throws: what goes wrong is an answer.</summary>
    public async ValueTask<Reply> DispatchAsync(IncomingRequest incoming, CancellationToken stop)
    {
        var record = audit.Begin(incoming);
        var requestId = record.Context.RequestId;
        var started = Stopwatch.GetTimestamp();
        using var trace = RequestTrace.Begin(incoming, requestId);
        RegisteredOperation? operation = null;
        RpcRequest? request = null;
        Reply reply;
        try
        {
            // 1. Bytes to names and values. Nothing is trusted yet.
            request = RpcRequest.Parse(incoming.Method, incoming.RawTarget, incoming.Headers, incoming.Body);
            record.Claim(request);
            operation = operations.Find(request.Action, request.Version);
            record.Operation = operation.Info;

            // 2. Form and clock first: a request that cannot be good costs no look-up and no hash.
            authentication.CheckForm(request);
            RefuseTemporaryKeys(request);

            // 3. Who. The signature comes before the key's status: only the key's holder learns that it is disabled.
            var accessKey = await authentication.IdentifyAsync(request, incoming.Origin, stop);
            record.Caller = accessKey.Principal;
            accessKey.RequireEnabled();

            // 4. Replay, after the signature: strangers must not be able to burn nonces, nor by a captured request tokens.
            await authentication.CheckReplayAsync(request, operation.Info.ChangesState, stop);
            authentication.RequireToken(request, incoming.Origin);
            authentication.NoteUse(accessKey, operation.Info, record.Context);

            // 5. A private key that strayed into a parameter goes no further, not even into the audit trail.
            StrayPrivateKey.Refuse(request.Parameters);
            record.Parameters = request.Parameters;

            // 6. Bind, may they, handle. Not while nothing can be recorded.
            await audit.RequireWritableAsync();
            audit.BeginOperation(record);
            var answer = await operation.RunAsync(
                request.Parameters,
                accessKey.Principal,
                access,
                record.Context,
                stop
            );

            // 7. Answer.
            reply = Replies.Success(requestId, request.Format, answer);
        }
        catch (ApiException refusal)
        {
            var told = await authentication.SlowAsync(refusal, incoming.Origin, request, stop);
            reply = Replies.Refusal(record, incoming, told.Error, told.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            reply = Replies.Refusal(record, incoming, ErrorCodes.ServiceUnavailableTemporary, message: null);
        }
        catch (AuditUnavailableException failure)
        {
            reply = replies.RefuseUnrecorded(record, incoming, failure);
        }
        catch (StorageUnavailableException failure)
        {
            Log.StorageUnavailable(instruments.Logger, failure, requestId);
            reply = Replies.Refusal(record, incoming, ErrorCodes.ServiceUnavailableTemporary, message: null);
        }
#pragma warning disable CA1031 // The road's end: whatever is not an ApiException is our own fault and shows as such.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            Log.Unexpected(instruments.Logger, unexpected, requestId, operation?.Info.Name ?? "-");
            reply = Replies.Refusal(record, incoming, ErrorCodes.InternalFailure, message: null);
        }

        // 8. Recorded before anybody hears of it.
        reply = await replies.RecordAsync(record, incoming, reply);
        instruments.Request(operation?.Info.Name, reply.ErrorCode, Stopwatch.GetElapsedTime(started));
        replies.Tell(reply, operation?.Info.Name);
        trace.End(operation?.Info.Name, reply);
        return reply;
    }

    /// <summary>Keyhold issues no temporary keys; a token that nobody checks must not look as if somebody did.</summary>
    private static void RefuseTemporaryKeys(RpcRequest request)
    {
        if (!string.IsNullOrEmpty(request.SecurityToken))
        {
            throw new ApiException(
                ErrorCodes.InvalidSecurityToken,
                $"{ErrorCodes.InvalidSecurityToken.Text} Keyhold has no temporary keys: sign with an access key of its own, without SecurityToken."
            );
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1002, LogLevel.Error, "Request {RequestId} was refused: the storage is unavailable.")]
        public static partial void StorageUnavailable(ILogger logger, Exception error, string requestId);

        [LoggerMessage(1001, LogLevel.Error, "Request {RequestId} ({Action}) failed unexpectedly.")]
        public static partial void Unexpected(ILogger logger, Exception error, string requestId, string action);
    }
}
