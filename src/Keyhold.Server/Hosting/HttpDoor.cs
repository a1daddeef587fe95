using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Keyhold.Protocol;
using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Limits;
using Keyhold.Server.Pipeline;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Keyhold.Server.Hosting;

/// <summary>Between HTTP and the dispatcher: reads what came, bounded, and writes what is answered. Decides nothing.</summary>
internal sealed class HttpDoor(SealSwitch seal, HealthChecks health, Throttle throttle, Replies replies)
{
    /// <summary>A sender of too much is read on to this point, so that it reads our answer instead of a reset.</summary>
    private const int DrainedBytes = 16 * 1024 * 1024;

    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            await AnswerAsync(http);
        }
        catch (Exception gone) when (gone is OperationCanceledException or ConnectionAbortedException or IOException)
        {
            // The client went away, or kept us waiting until the server stopped: nobody is left to answer.
            http.Abort();
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var rawTarget = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = http.Request.Path.Value ?? "";
        if (path.StartsWith("/health/", StringComparison.Ordinal))
        {
            await health.AnswerAsync(http, path);
        }
        else if (HttpMethods.IsOptions(http.Request.Method))
        {
            AnswerPreflight(http.Response);
        }
        else
        {
            await DispatchAsync(http, rawTarget);
        }
    }

    private async Task DispatchAsync(HttpContext http, string rawTarget)
    {
        var stop = http.RequestAborted;
        var headers = new KestrelHeaders(http.Request.Headers);
        var origin = OriginOf(http);
        if (TurnAway(http, origin) is { } reason)
        {
            // Before the body is read: who sends too much must not be worth a megabyte.
            http.Response.Headers.Connection = "close";
            var unread = new IncomingRequest(http.Request.Method, rawTarget, headers, default, origin);
            await WriteAsync(http.Response, replies.TurnAway(unread, reason.Error, reason.Message), stop);
            return;
        }

        ReadOnlyMemory<byte>? body = null;
        string? broken = null;
        try
        {
            body = await ReadBodyAsync(http);
        }
        catch (BadHttpRequestException unreadable)
        {
            broken = unreadable.Message;
        }

        var incoming = new IncomingRequest(http.Request.Method, rawTarget, headers, body ?? default, origin);
        var reply = await ReplyAsync(incoming, body, broken, stop);
        if (body is null)
        {
            // Begun even when the client is gone: Kestrel has not taken back the read that found the body's end, and
            // only the head of an answer that closes keeps it from another one, of which it complains in the log.
            http.Response.Headers.Connection = "close";
            stop = CancellationToken.None;
        }

        await WriteAsync(http.Response, reply, stop);
    }

    /// <summary>What is unsealed is held until there is an answer, and no longer: clients may be slow to read.</summary>
    private async ValueTask<Reply> ReplyAsync(
        IncomingRequest incoming,
        ReadOnlyMemory<byte>? body,
        string? broken,
        CancellationToken stop
    )
    {
        if (body is null)
        {
            return await (
                broken is null
                    ? replies.RefuseAsync(
                        incoming,
                        ErrorCodes.RequestTooLarge,
                        $"{ErrorCodes.RequestTooLarge.Text} The body is longer than {RequestLimits.MaxBodyBytes} bytes: send less."
                    )
                    : replies.RefuseAsync(
                        incoming,
                        ErrorCodes.ParseRequestParameter,
                        $"{ErrorCodes.ParseRequestParameter.Text} The body cannot be read: {broken}"
                    )
            );
        }

        using var use = seal.TryUse();
        if (use is null)
        {
            return await replies.RefuseWhileSealedAsync(incoming);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, use.Ending);
        return await use.Parts.Dispatcher.DispatchAsync(incoming, either.Token);
    }

    /// <summary>Why a request is not even read; null when it is.</summary>
    private TurnedAway? TurnAway(HttpContext http, RequestOrigin origin) =>
        http.Features.Get<TurnedAway>() ?? (throttle.Admits(origin) ? null : Throttle.SourceThrottled);

    private static RequestOrigin OriginOf(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress ?? IPAddress.None;
        return new RequestOrigin(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, http.Request.IsHttps);
    }

    /// <summary>The whole body, or null when it is longer than the limit.</summary>
    /// <remarks>
    /// A read ends by itself when the client goes away. One that is cancelled at the same moment leaves Kestrel's pipe
    /// in a state that Kestrel complains of in the log, as often as strangers like.
    /// </remarks>
    private static async ValueTask<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpContext http)
    {
        if (http.Request.ContentLength > RequestLimits.MaxBodyBytes && http.Request.Headers.Expect.Count > 0)
        {
            // The client waits for a word before it sends: better now than after the megabytes.
            return null;
        }

        if (http.Request.ContentLength is 0 or null && !http.Request.Headers.ContainsKey("Transfer-Encoding"))
        {
            return ReadOnlyMemory<byte>.Empty;
        }

        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(CancellationToken.None);
            if (read.Buffer.Length > RequestLimits.MaxBodyBytes)
            {
                await DrainAsync(reader, read);
                return null;
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static async ValueTask DrainAsync(PipeReader reader, ReadResult read)
    {
        long drained = 0;
        while (!read.IsCompleted && drained < DrainedBytes)
        {
            drained += read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            read = await reader.ReadAsync(CancellationToken.None);
        }

        reader.AdvanceTo(read.Buffer.End);
    }

    private static async Task WriteAsync(HttpResponse response, Reply reply, CancellationToken stop)
    {
        response.StatusCode = reply.StatusCode;
        var headers = response.Headers;
        headers.ContentType = Answer.ContentTypeOf(reply.Format);
        headers.ContentLength = reply.Body.Length;
        headers["x-acs-request-id"] = reply.RequestId;

        // Answers hold plaintexts and secrets, also to a GET.
        headers.CacheControl = "no-store";
        AllowOtherOrigins(headers);
        if (reply.StatusCode is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            // Official clients read the delay from this header, in milliseconds.
            headers["x-acs-retry-after"] = "1000";
            headers.RetryAfter = "1";
        }

        await response.BodyWriter.WriteAsync(reply.Body, stop);
    }

    private static void AnswerPreflight(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status204NoContent;
        AllowOtherOrigins(response.Headers);
        response.Headers.AccessControlAllowMethods = "GET, POST, OPTIONS";
        response.Headers.AccessControlAllowHeaders = "*, Authorization";
        response.Headers.AccessControlMaxAge = "86400";
    }

    private static void AllowOtherOrigins(IHeaderDictionary headers)
    {
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlExposeHeaders = "*";
    }

    /// <summary>Kestrel's headers as the protocol reads them: raw, with every value.</summary>
    private sealed class KestrelHeaders(IHeaderDictionary headers) : IRequestHeaders
    {
        public IEnumerable<string> Names => headers.Keys;

        public IReadOnlyList<string> Get(string name) =>
            headers.TryGetValue(name, out var values) && values.Count > 0 ? Present(values) : [];

        private static string[] Present(StringValues values) => [.. values.Select(value => value ?? "")];
    }
}
