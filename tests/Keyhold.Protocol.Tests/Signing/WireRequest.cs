using System.Text;
using Keyhold.Protocol.Rpc;
using Keyhold.Protocol.Signing;

namespace Keyhold.Protocol.Tests.Signing;

/// <summary>A request as it lies on the wire, easy to change in one place.</summary>
internal sealed record WireRequest(
    string Method,
    string Target,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    byte[] Body
)
{
    public static WireRequest From(SignedRequest signed, string host) =>
        new(signed.Method, signed.Target, [new("Host", host), .. signed.Headers], signed.Body.ToArray());

    /// <summary>Reads HTTP/1.1 bytes, chunked or not; enough for requests whose form is known.</summary>
    public static WireRequest FromHttp(byte[] raw)
    {
        var end = raw.AsSpan().IndexOf("\r\n\r\n"u8);
        var lines = Encoding.Latin1.GetString(raw, 0, end).Split("\r\n");
        var requestLine = lines[0].Split(' ');
        var headers = lines[1..]
            .Select(line => line.Split(':', 2))
            .Select(parts => new KeyValuePair<string, string>(parts[0], parts[1].Trim()))
            .ToList();
        var body = raw[(end + 4)..];
        var isChunked = headers.Exists(header => header.Value is "chunked");
        return new WireRequest(requestLine[0], requestLine[1], headers, isChunked ? Unchunked(body) : body);
    }

    public RpcRequest Parse() => RpcRequest.Parse(Method, Target, new RequestHeaders(Headers), Body);

    public string? Header(string name) =>
        Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public WireRequest WithHeader(string name, string value) =>
        this with
        {
            Headers = [.. WithoutHeader(name).Headers, new(name, value)],
        };

    public WireRequest WithoutHeader(string name) =>
        this with
        {
            Headers = [.. Headers.Where(header => !header.Key.Equals(name, StringComparison.OrdinalIgnoreCase))],
        };

    public string Query => Target.Contains('?', StringComparison.Ordinal) ? Target[(Target.IndexOf('?') + 1)..] : "";

    public WireRequest WithQuery(string query) => this with { Target = query.Length == 0 ? "/" : "/?" + query };

    public bool HasForm =>
        Header("content-type")?.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal) == true
        && Body.Length > 0;

    public string Form => HasForm ? Encoding.UTF8.GetString(Body) : "";

    public WireRequest WithForm(string form) => this with { Body = Encoding.UTF8.GetBytes(form) };

    private static byte[] Unchunked(byte[] body)
    {
        var whole = new List<byte>();
        var rest = body.AsSpan();
        while (true)
        {
            var lineEnd = rest.IndexOf("\r\n"u8);
            var size = Convert.ToInt32(Encoding.ASCII.GetString(rest[..lineEnd]), 16);
            if (size == 0)
            {
                return [.. whole];
            }

            whole.AddRange(rest.Slice(lineEnd + 2, size));
            rest = rest[(lineEnd + 2 + size + 2)..];
        }
    }
}
