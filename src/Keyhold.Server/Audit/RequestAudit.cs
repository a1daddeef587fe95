using Keyhold.Protocol.Rpc;
using Keyhold.Server.Hosting;
using Keyhold.Server.Pipeline;
using Keyhold.Server.Telemetry;
using Keyhold.Storage.Audit;

namespace Keyhold.Server.Audit;

/// <summary>The trail as the road of a request sees it: one event for each, whatever comes of it.</summary>
internal sealed class RequestAudit(AuditTrail trail, Installation installation, TimeProvider time)
{
    private readonly RequestEvent events = new(installation);

    /// <summary>A record to gather the event in, and with it the request's id and surroundings.</summary>
    public RequestRecord Begin(IncomingRequest incoming)
    {
        var context = RequestContext.Of(RequestId.New(), incoming, time);
        return new RequestRecord(context, FirstOf(incoming, "Host")) { Action = FirstOf(incoming, "x-acs-action") };
    }

    /// <summary>Nothing may happen that cannot be recorded: <see cref="AuditUnavailableException"/>.</summary>
    public Task RequireWritableAsync() => trail.RequireWritableAsync();

    /// <summary>Notes flow with the operation from here on, and what it changes is committed together with an intent.</summary>
    public void BeginOperation(RequestRecord record)
    {
        if (record.Operation is { UsesPrivateKey: true })
        {
            record.Context.Notes.MakeCurrent();
        }

        if (record.Operation is { ChangesState: true })
        {
            record.Intent = AuditIntent.Begin(
                record.Context.RequestId,
                trail.Node,
                record.Context.ReceivedAt,
                made =>
                {
                    var fields = trail.Rent();
                    var told = events.WriteIntent(fields, record, made).ToArray();
                    trail.Return(fields);
                    return told;
                }
            );
        }
    }

    /// <summary>Writes the event; <see cref="AuditUnavailableException"/> when it cannot be written.</summary>
    public async ValueTask WriteAsync(RequestRecord record)
    {
        record.Intent?.Dispose();
        var isOwed = record.Intent is { IsCommitted: true };
        var fields = trail.Rent();
        using var span = RequestTrace.Source.StartActivity("audit");
        try
        {
            await trail.RecordAsync(events.Write(fields, record));
        }
        catch (AuditUnavailableException) when (isOwed)
        {
            trail.Owe(record.Context.RequestId);
            throw;
        }
        finally
        {
            trail.Return(fields);
        }

        if (isOwed)
        {
            trail.Settle(record.Context.RequestId);
        }
    }

    private static string FirstOf(IncomingRequest incoming, string name) =>
        incoming.Headers.Get(name) is [var first, ..] ? first : "";
}
