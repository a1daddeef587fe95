using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Keyhold.Protocol.Rpc;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Hosting;

namespace Keyhold.Server.Tests.Hosting;

/// <summary>The door over real HTTP: headers, limits, methods, health.</summary>
public sealed class HttpDoorTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-door-test-");
    private readonly HttpClient http = new();
    private KeyholdServer server = null!;
    private Uri url = null!;

    public async ValueTask InitializeAsync()
    {
        server = await KeyholdServer.StartAsync(
            new ServerOptions
            {
                DataFolder = folder.FullName,
                Dev = true,
                Listen = ["http://127.0.0.1:0"],
                InitialAccessKey = new InitialAccessKey(KeyholdUnderTest.AccessKeyId, KeyholdUnderTest.Secret),
            },
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );
        url = new Uri(server.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        http.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_success_has_the_headers_that_clients_look_for()
    {
        using var response = await SendAsync(Sign("DescribeRegions"));
        var body = await JsonOf(response);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            "application/json;charset=utf-8",
            response.Content.Headers.NonValidated["Content-Type"].ToString()
        );
        Assert.Equal(
            body.GetProperty("RequestId").GetString(),
            response.Headers.GetValues("x-acs-request-id").Single()
        );
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Parameters_come_in_the_query_or_in_a_form_chunked_or_not()
    {
        foreach (var chunked in (bool[])[false, true])
        {
            var request = ToMessage(Sign("DescribeRegions", inBody: true, ("Any", "a b+c")));
            request.Headers.TransferEncodingChunked = chunked;
            using var response = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_target_over_the_limit_gets_a_JSON_error() =>
        await AssertTooLarge(
            Sign("DescribeRegions", inBody: false, ("Any", new string('a', RequestLimits.MaxTargetBytes)))
        );

    [Fact]
    public async Task A_target_of_a_megabyte_gets_a_JSON_error() =>
        await AssertTooLarge(Sign("DescribeRegions", inBody: false, ("Any", new string('a', 1024 * 1024))));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_gets_a_JSON_error(bool chunked)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(new byte[RequestLimits.MaxBodyBytes + 1]),
        };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await http.SendAsync(request);
        Assert.Equal("RequestTooLarge", (await JsonOf(response)).GetProperty("Code").GetString());
        Assert.InRange((int)response.StatusCode, 400, 499);
    }

    [Fact]
    public async Task A_body_at_the_limit_is_read()
    {
        var request = ToMessage(
            Sign("DescribeRegions", inBody: true, ("Any", new string('a', RequestLimits.MaxBodyBytes - 4)))
        );
        using var response = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_body_that_breaks_off_its_own_framing_gets_a_JSON_error()
    {
        var answer = await RawAsync(
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nZZ\r\n"
        );
        Assert.Contains("ParseRequestParameterException", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asks_before_sending_too_much_is_refused_before_it_sends()
    {
        var answer = await RawAsync(
            $"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {5 * RequestLimits.MaxBodyBytes}\r\nExpect: 100-continue\r\n\r\n"
        );
        Assert.DoesNotContain("100 Continue", answer, StringComparison.Ordinal);
        Assert.Contains("RequestTooLarge", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_in_absolute_form_is_read()
    {
        var answer = await RawAsync(
            $"GET http://{url.Authority}/?Action=DescribeRegions HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: close\r\n\r\n"
        );
        Assert.DoesNotContain("InvalidAction.NotFound", answer, StringComparison.Ordinal);
        Assert.Contains("MissingAccessKeyId", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_answer_may_be_kept_by_a_cache()
    {
        using var response = await SendAsync(Sign("DescribeRegions"));
        Assert.Equal("no-store", response.Headers.NonValidated["Cache-Control"].ToString());
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Other_methods_are_refused(string method)
    {
        using var response = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), url));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("UnsupportedHTTPMethod", (await JsonOf(response)).GetProperty("Code").GetString());
    }

    [Fact]
    public async Task A_preflight_is_answered()
    {
        using var response = await http.SendAsync(new HttpRequestMessage(HttpMethod.Options, url));
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Contains(
            "Authorization",
            response.Headers.GetValues("Access-Control-Allow-Headers").Single(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task XML_is_answered_to_those_who_ask_for_it()
    {
        using var response = await http.GetAsync(
            new Uri(url, "/?Action=DescribeRegions&Format=XML&Version=2016-01-20")
        );
        Assert.Equal("text/xml;charset=utf-8", response.Content.Headers.NonValidated["Content-Type"].ToString());
        Assert.StartsWith(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error>",
            await response.Content.ReadAsStringAsync(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/elsewhere")]
    [InlineData("/?Action=DescribeRegions&Version=2016-01-20")]
    [InlineData("/?%zz")]
    public async Task Whatever_is_no_request_gets_a_JSON_error(string target)
    {
        using var response = await http.GetAsync(new Uri(url + target[1..]));
        Assert.InRange((int)response.StatusCode, 400, 499);
        Assert.NotEmpty((await JsonOf(response)).GetProperty("Message").GetString()!);
    }

    [Theory]
    [InlineData("/health/live", HttpStatusCode.OK)]
    [InlineData("/health/ready", HttpStatusCode.OK)]
    [InlineData("/health/other", HttpStatusCode.NotFound)]
    public async Task Health_is_told(string path, HttpStatusCode expected)
    {
        using var response = await http.GetAsync(new Uri(url, path));
        Assert.Equal(expected, response.StatusCode);
    }

    private async Task<string> RawAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        var answer = new StringBuilder();
        var buffer = new byte[8192];
        while (!answer.ToString().EndsWith('}') && await stream.ReadAsync(buffer) is > 0 and var read)
        {
            answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        return answer.ToString();
    }

    private async Task AssertTooLarge(SignedRequest signed)
    {
        using var response = await SendAsync(signed);
        Assert.InRange((int)response.StatusCode, 400, 499);
        Assert.Equal("RequestTooLarge", (await JsonOf(response)).GetProperty("Code").GetString());
    }

    private SignedRequest Sign(string action, bool inBody = false, params (string Name, string Value)[] parameters) =>
        SignatureV3.Sign(
            new SigningCredential(KeyholdUnderTest.AccessKeyId, Encoding.UTF8.GetBytes(KeyholdUnderTest.Secret)),
            url.Authority,
            action,
            parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)),
            TimeProvider.System.GetUtcNow(),
            RequestId.New(),
            inBody
        );

    private async Task<HttpResponseMessage> SendAsync(SignedRequest signed) => await http.SendAsync(ToMessage(signed));

    private HttpRequestMessage ToMessage(SignedRequest signed)
    {
        var message = new HttpRequestMessage(new HttpMethod(signed.Method), new Uri(url, signed.Target))
        {
            Content = new ReadOnlyMemoryContent(signed.Body),
        };
        foreach (var (name, value) in signed.Headers)
        {
            if (name.Equals("content-type", StringComparison.OrdinalIgnoreCase))
            {
                message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            }
            else
            {
                Assert.True(message.Headers.TryAddWithoutValidation(name, value));
            }
        }

        return message;
    }

    private static async Task<JsonElement> JsonOf(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement;
}
