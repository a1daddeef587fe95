using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Keyhold.Protocol.Signing;

namespace Keyhold.Server.Tests.Faults;

/// <summary>A client of a node in its own process, over HTTP; it repeats nothing by itself.</summary>
internal sealed class FaultClient(Uri url) : IDisposable
{
    public const string AccessKeyId = "KHfaults";
    public const string Secret = "faults-secret-0123456789";

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(60) };

    public Uri Url => url;

    public async Task<FaultReply> CallAsync(string action, params (string Name, string? Value)[] parameters)
    {
        using var request = Message(Sign(action, parameters));
        return await SendAsync(request);
    }

    /// <summary>A request that can be sent more than once, as by somebody who has captured it.</summary>
    public SignedRequest Sign(string action, params (string Name, string? Value)[] parameters) =>
        SignatureV3.Sign(
            new SigningCredential(AccessKeyId, Encoding.UTF8.GetBytes(Secret)),
            url.Authority,
            action,
            parameters
                .Where(parameter => parameter.Value is not null)
                .Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value!)),
            TimeProvider.System.GetUtcNow(),
            RandomNumberGenerator.GetHexString(32, lowercase: true),
            inBody: false
        );

    public HttpRequestMessage Message(SignedRequest signed)
    {
        var request = new HttpRequestMessage(new HttpMethod(signed.Method), new Uri(url, signed.Target));
        foreach (var (name, value) in signed.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>The status and text of /health/ready; 0 when nobody answers.</summary>
    public async Task<FaultReply> ReadyAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, "/health/ready"));
        return await SendAsync(request);
    }

    public void Dispose() => http.Dispose();

    private async Task<FaultReply> SendAsync(HttpRequestMessage request)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var response = await http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            var retryAfter = response.Headers.TryGetValues("Retry-After", out var values) ? values.Single() : null;
            return new FaultReply((int)response.StatusCode, text, retryAfter, Stopwatch.GetElapsedTime(started));
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or OperationCanceledException)
        {
            var isRefused = lost is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError };
            return new FaultReply(0, "{}", null, Stopwatch.GetElapsedTime(started))
            {
                Lost = isRefused ? null : lost.ToString(),
            };
        }
    }
}
