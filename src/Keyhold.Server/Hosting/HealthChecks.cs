using System.Text;
using Microsoft.AspNetCore.Http;

namespace Keyhold.Server.Hosting;

/// <summary>
/// /health/live: the process answers. /health/ready: it is unsealed, can read its database and write its audit trail, and
/// is not stopping.
/// </summary>
internal sealed class HealthChecks(SealedFolder folder, SealSwitch seal)
{
    private volatile bool stopping;

    /// <summary>From here on ready answers 503, so that a load balancer sends nothing new.</summary>
    public void Stopping() => stopping = true;

    public async Task AnswerAsync(HttpContext http, string path)
    {
        var (status, text) = path switch
        {
            "/health/live" => (StatusCodes.Status200OK, "live"),
            "/health/ready" => await ReadyAsync(http.RequestAborted),
            _ => (StatusCodes.Status404NotFound, "There are /health/live and /health/ready."),
        };
        http.Response.StatusCode = status;
        http.Response.Headers.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        var bytes = Encoding.UTF8.GetBytes(text + "\n");
        http.Response.Headers.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.BodyWriter.WriteAsync(bytes, http.RequestAborted);
        }
    }

    private async ValueTask<(int Status, string Text)> ReadyAsync(CancellationToken stop)
    {
        if (stopping)
        {
            return (StatusCodes.Status503ServiceUnavailable, "stopping");
        }

        if (seal.IsSealed)
        {
            return (StatusCodes.Status503ServiceUnavailable, "sealed");
        }

        try
        {
            await folder.Database.PingAsync(stop);
            return folder.Trail.Problem is null
                ? (StatusCodes.Status200OK, "ready")
                : (StatusCodes.Status503ServiceUnavailable, "the audit trail cannot be written");
        }
#pragma warning disable CA1031 // Whatever keeps the database from answering means: not ready.
        catch (Exception)
#pragma warning restore CA1031
        {
            return (StatusCodes.Status503ServiceUnavailable, "the database does not answer");
        }
    }
}
