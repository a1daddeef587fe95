using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Text.Json;
using Keyhold.Protocol.Rpc;
using Keyhold.Protocol.Signing;

namespace Keyhold.Cli.Api;

/// <summary>
/// Calls operations: signs each request with signature V3, sends its parameters in the body (a query would end up in
/// the logs of every proxy) and gives back the answer.
/// </summary>
internal sealed class ApiClient : IApi, IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);
    private const int MaximumAnswerBytes = 16 * 1024 * 1024;

    private readonly Endpoint endpoint;
    private readonly SigningCredential credential;
    private readonly TimeProvider time;
    private readonly string program;
    private readonly HttpClient http;

    public ApiClient(
        Endpoint endpoint,
        SigningCredential credential,
        SslClientAuthenticationOptions trust,
        Terminal terminal
    )
    {
        this.endpoint = endpoint;
        this.credential = credential;
        time = terminal.Time;
        program = terminal.Program;
        http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                ConnectTimeout = ConnectTimeout,
                SslOptions = trust,
                UseCookies = false,
                UseProxy = !endpoint.IsLoopback,
            }
        )
        {
            Timeout = AnswerTimeout,
            MaxResponseContentBufferSize = MaximumAnswerBytes,
        };
    }

    /// <summary>The answer when it is a good one, else <see cref="RefusedException"/>.</summary>
    public async Task<ApiAnswer> CallAsync(
        string action,
        IEnumerable<KeyValuePair<string, string>> parameters,
        CancellationToken stop
    )
    {
        var answer = await SendAsync(action, parameters, stop).ConfigureAwait(false);
        return answer.IsGood ? answer : throw new RefusedException(answer);
    }

    /// <summary>The answer, whichever it is.</summary>
    public async Task<ApiAnswer> SendAsync(
        string action,
        IEnumerable<KeyValuePair<string, string>> parameters,
        CancellationToken stop
    )
    {
        var signed = SignatureV3.Sign(
            credential,
            endpoint.Host,
            action,
            parameters,
            time.GetUtcNow(),
            RequestId.New(),
            inBody: true
        );
        using var request = ToHttp(signed);
        try
        {
            using var response = await http.SendAsync(request, stop).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false);
            return Read((int)response.StatusCode, body);
        }
        catch (HttpRequestException problem)
        {
            throw new UnreachableException(Explain(problem), problem);
        }
        catch (TaskCanceledException problem) when (!stop.IsCancellationRequested)
        {
            throw new UnreachableException(
                $"{endpoint} did not answer in time ({ConnectTimeout.TotalSeconds:0} seconds to connect, "
                    + $"{AnswerTimeout.TotalSeconds:0} to answer). Is the address right, and is the server overloaded?",
                problem
            );
        }
    }

    private HttpRequestMessage ToHttp(SignedRequest signed)
    {
        var request = new HttpRequestMessage(new HttpMethod(signed.Method), new Uri(endpoint.Url, signed.Target))
        {
            Content = new ReadOnlyMemoryContent(signed.Body),
        };
        foreach (var (name, value) in signed.Headers)
        {
            HttpHeaders headers = name.StartsWith("content-", StringComparison.OrdinalIgnoreCase)
                ? request.Content.Headers
                : request.Headers;
            headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private ApiAnswer Read(int status, byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return new ApiAnswer(status, body, document.RootElement.Clone());
            }
        }
        catch (JsonException)
        {
            // Said below, together with JSON that is no object.
        }

        throw new UnreachableException(
            $"{endpoint} answered (HTTP {status}), but not as a KMS does. Is it the address of a Keyhold server, and is "
                + "there a proxy between?"
        );
    }

    private string Explain(HttpRequestException problem)
    {
        var cause =
            (problem.InnerException as AuthenticationException as Exception ?? problem).Message.TrimEnd('.') + ".";
        return problem.HttpRequestError switch
        {
            HttpRequestError.SecureConnectionError =>
                $"No trusted TLS connection to {endpoint}: {cause} If the server's certificate comes from a CA of your own, "
                    + "name that CA with --ca-cert PEM; if the server asks for a client certificate, show one with --client-cert "
                    + "PEM --client-key PEM; if it speaks plain HTTP, use http://.",
            HttpRequestError.NameResolutionError =>
                $"The host name of {endpoint} is not known: {cause} Check --endpoint or KEYHOLD_ENDPOINT.",
            HttpRequestError.ConnectionError =>
                $"Nothing answers at {endpoint}: {cause} Start a server with `{program} serve --dev`, or name another one "
                    + "with --endpoint or KEYHOLD_ENDPOINT.",
            _ => $"The connection to {endpoint} failed: {cause} Is it the address of a Keyhold server, and does it ask "
                + "for a client certificate (--client-cert PEM)?",
        };
    }

    public void Dispose() => http.Dispose();
}
