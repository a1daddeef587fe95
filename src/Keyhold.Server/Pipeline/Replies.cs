using System.Buffers;
using Keyhold.Protocol;
using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Audit;
using Keyhold.Server.Limits;
using Keyhold.Server.Metrics;
using Microsoft.Extensions.Logging;

namespace Keyhold.Server.Pipeline;

/// <summary>Makes the bytes of answers and refusals, and puts on record what never came onto the dispatcher's road.</summary>
internal sealed partial class Replies(RequestAudit audit, Throttle throttle, Instruments instruments)
{
    private const string Sealed =
        "The server is sealed: its keys are not in memory. Try again when its operator has unsealed it.";

    /// <summary>For what never became a request, such as an oversized body.</summary>
    public async ValueTask<Reply> RefuseAsync(IncomingRequest incoming, ErrorCode error, string? message)
    {
        var record = audit.Begin(incoming);
        var reply = await RecordAsync(record, incoming, Refusal(record, incoming, error, message));
        instruments.Request(operation: null, reply.ErrorCode, TimeSpan.Zero);
        Tell(reply, action: null);
        return reply;
    }

    /// <summary>To the log, which takes neither unless it was asked to: the audit trail has them all.</summary>
    public void Tell(Reply reply, string? action)
    {
        if (reply.ErrorCode is { } code)
        {
            Log.Refused(instruments.Logger, reply.RequestId, action ?? "-", code);
        }
        else
        {
            Log.Answered(instruments.Logger, reply.RequestId, action ?? "-");
        }
    }

    /// <summary>The answer to everything while the server is sealed, when there is no dispatcher.</summary>
    public ValueTask<Reply> RefuseWhileSealedAsync(IncomingRequest incoming) =>
        RefuseAsync(incoming, ErrorCodes.ServiceUnavailableTemporary, Sealed);

    /// <summary>
    /// For what is too much to be read at all. Counted and not recorded: a flood must not fill the disk that the audit
    /// trail lives on.
    /// </summary>
    public Reply TurnAway(IncomingRequest incoming, ErrorCode error, string message)
    {
        var reply = Refusal(RequestId.New(), incoming, error, message);
        instruments.Request(operation: null, reply.ErrorCode, TimeSpan.Zero);
        return reply;
    }

    /// <summary>
    /// The reply once its event is written, or the refusal because it cannot be. Of strangers that send without end, who
    /// could fill the disk by it, some are counted only.
    /// </summary>
    public async ValueTask<Reply> RecordAsync(RequestRecord record, IncomingRequest incoming, Reply reply)
    {
        if (record.Caller is null && !throttle.AdmitsStranger(incoming.Origin))
        {
            return Refusal(
                record.Context.RequestId,
                incoming,
                Throttle.TooManyRefused.Error,
                Throttle.TooManyRefused.Message
            );
        }

        try
        {
            await audit.WriteAsync(record);
            return reply;
        }
        catch (AuditUnavailableException failure)
        {
            return RefuseUnrecorded(record, incoming, failure);
        }
    }

    /// <summary>Nothing can be recorded now, so nothing is done; the log says why.</summary>
    public Reply RefuseUnrecorded(RequestRecord record, IncomingRequest incoming, AuditUnavailableException failure)
    {
        Log.AuditUnavailable(instruments.Logger, record.Context.RequestId, failure.Message);
        return Refusal(record, incoming, ErrorCodes.ServiceUnavailableTemporary, message: null);
    }

    public static Reply Success(string requestId, AnswerFormat format, IAnswer answer)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        Answer.Write(body, format, requestId, answer);
        return new Reply(200, requestId, format, body.WrittenMemory, ErrorCode: null);
    }

    /// <summary>A null message stands for the code's own sentence.</summary>
    public static Reply Refusal(RequestRecord record, IncomingRequest incoming, ErrorCode error, string? message)
    {
        record.Refused(error, message);
        return Refusal(record.Context.RequestId, incoming, error, message);
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
        [LoggerMessage(1004, LogLevel.Information, "Request {RequestId} ({Action}) was refused with {Code}.")]
        public static partial void Refused(ILogger logger, string requestId, string action, string code);

        [LoggerMessage(1005, LogLevel.Debug, "Request {RequestId} ({Action}) was answered.")]
        public static partial void Answered(ILogger logger, string requestId, string action);

        [LoggerMessage(1003, LogLevel.Error, "Request {RequestId} was refused: {Reason}")]
        public static partial void AuditUnavailable(ILogger logger, string requestId, string reason);
    }
}
