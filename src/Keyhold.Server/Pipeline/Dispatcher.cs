using System.Buffers;
using System.Diagnostics;
using Keyhold.Protocol;
using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Hosting;
using Keyhold.Server.Metrics;
using Keyhold.Server.Operations;
using Keyhold.Storage;
using Microsoft.Extensions.Logging;

namespace Keyhold.Server.Pipeline;

/// <summary>
/// The whole road of a request, in one method. Every request takes it, the console's too;
/// whatever fails becomes one error answer with a request id.
/// </summary>
internal sealed partial class Dispatcher(
    OperationTable operations,
    AccountParts account,
    SignatureVerifier signatures,
    Instruments instruments,
    TimeProvider time
)
{
    /// <summary>Never throws: what goes wrong is an answer.</summary>
    public async ValueTask<Reply> DispatchAsync(IncomingRequest incoming, CancellationToken stop)
    {
        var requestId = RequestId.New();
        var context = RequestContext.Of(requestId, incoming, time);
        var started = Stopwatch.GetTimestamp();
        RegisteredOperation? operation = null;
        Reply reply;
        try
        {
            // 1. Bytes to names and values. Nothing is trusted yet.
            var request = RpcRequest.Parse(incoming.Method, incoming.RawTarget, incoming.Headers, incoming.Body);
            operation = operations.Find(request.Action, request.Version);

            // 2. Form and clock first: a request that cannot be good costs no look-up and no hash.
            signatures.CheckForm(request);
            RefuseTemporaryKeys(request);

            // 3. Who. The signature comes before the key's status: only the key's holder learns that it is disabled.
            var accessKey = await account.AccessKeys.FindAsync(request.AccessKeyId, stop);
            signatures.CheckSignature(request, accessKey.Secret.Span);
            accessKey.RequireEnabled();
            account.AccessKeyUses.Note(request.AccessKeyId, operation.Info, context);

            // 4. Replay, after the signature: strangers must not be able to burn nonces.
            signatures.CheckReplay(request, operation.Info.ChangesState);

            // 5. A private key in a parameter is a mishap to be told of, whatever the operation would have said.
            RefusePrivateKeys(request.Parameters);

            // 6. Bind, may they, handle.
            var answer = await operation.RunAsync(
                request.Parameters,
                accessKey.Principal,
                account.Access,
                context,
                stop
            );

            // 7. Answer.
            reply = Success(requestId, request.Format, answer);
        }
        catch (ApiException refusal)
        {
            reply = Refusal(requestId, incoming, refusal.Error, refusal.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            reply = Refusal(requestId, incoming, ErrorCodes.ServiceUnavailableTemporary, message: null);
        }
        catch (StorageUnavailableException failure)
        {
            Log.StorageUnavailable(instruments.Logger, failure, requestId);
            reply = Refusal(requestId, incoming, ErrorCodes.ServiceUnavailableTemporary, message: null);
        }
#pragma warning disable CA1031 // The road's end: whatever is not an ApiException is our own fault and shows as such.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            Log.Unexpected(instruments.Logger, unexpected, requestId, operation?.Info.Name ?? "-");
            reply = Refusal(requestId, incoming, ErrorCodes.InternalFailure, message: null);
        }

        instruments.Request(operation?.Info.Name, reply.ErrorCode, Stopwatch.GetElapsedTime(started));
        return reply;
    }

    /// <summary>An error answer for what never became a request: an oversized body, an unknown path.</summary>
    public Reply Refuse(IncomingRequest incoming, ErrorCode error, string? message)
    {
        var reply = Refusal(RequestId.New(), incoming, error, message);
        instruments.Request(operation: null, reply.ErrorCode, TimeSpan.Zero);
        return reply;
    }

    /// <summary>The answer to everything while the server is sealed, when there is no dispatcher.</summary>
    public static Reply RefuseWhileSealed(IncomingRequest incoming, Instruments instruments)
    {
        const string Message =
            "The server is sealed: its keys are not in memory. Try again when its operator has unsealed it.";
        var reply = Refusal(RequestId.New(), incoming, ErrorCodes.ServiceUnavailableTemporary, Message);
        instruments.Request(operation: null, reply.ErrorCode, TimeSpan.Zero);
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

    private static void RefusePrivateKeys(Parameters parameters)
    {
        foreach (var (name, value) in parameters.All)
        {
            if (PrivateKeyLeak.IsIn(value) || PrivateKeyLeak.IsIn(name))
            {
                throw ApiException.InvalidParameter(
                    PrivateKeyLeak.IsIn(name) ? "A parameter's name" : name,
                    "it contains a private key",
                    "Remove the PRIVATE KEY block: a private key never belongs into this request. Treat the key as exposed and make a new one"
                );
            }
        }
    }

    private static Reply Success(string requestId, AnswerFormat format, IAnswer answer)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        Answer.Write(body, format, requestId, answer);
        return new Reply(200, requestId, format, body.WrittenMemory, ErrorCode: null);
    }

    private static Reply Refusal(string requestId, IncomingRequest incoming, ErrorCode error, string? message)
    {
        var format = RpcRequest.FormatOf(incoming.RawTarget, incoming.Headers, incoming.Body);
        var host = incoming.Headers.Get("Host") is [var first, ..] ? first : "";
        var body = new ArrayBufferWriter<byte>(1024);
        Answer.WriteError(body, format, requestId, host, error, message ?? error.Text);
        return new Reply(error.HttpStatus, requestId, format, body.WrittenMemory, error.Code);
    }

    private static partial class Log
    {
        [LoggerMessage(1002, LogLevel.Error, "Request {RequestId} was refused: the storage is unavailable.")]
        public static partial void StorageUnavailable(ILogger logger, Exception error, string requestId);

        [LoggerMessage(1001, LogLevel.Error, "Request {RequestId} ({Action}) failed unexpectedly.")]
        public static partial void Unexpected(ILogger logger, Exception error, string requestId, string action);
    }
}
