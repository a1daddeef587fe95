using System.Text;
using System.Text.Json;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Tests;

/// <summary>An answer with short ways to look into it.</summary>
internal sealed class TestReply(Reply reply)
{
    public int Status => reply.StatusCode;

    public string Text { get; } = Encoding.UTF8.GetString(reply.Body.Span);

    public JsonElement Json => JsonDocument.Parse(reply.Body).RootElement;

    public string? Code => reply.ErrorCode;

    public string Message => this["Message"];

    public string this[string field] => Json.GetProperty(field).GetString() ?? "";

    public bool Has(string field) => Json.TryGetProperty(field, out _);

    /// <summary>Fails the test with the whole answer when the request was refused.</summary>
    public TestReply Ok()
    {
        Assert.True(reply.StatusCode == 200, Text);
        return this;
    }

    /// <summary>Fails the test unless the request was refused in just this way.</summary>
    public TestReply Refused(int status, string code, params string[] messageParts)
    {
        Assert.True(reply.StatusCode == status && reply.ErrorCode == code, Text);
        Assert.Equal(status, Json.GetProperty("HttpStatus").GetInt32());
        foreach (var part in messageParts)
        {
            Assert.Contains(part, Message, StringComparison.Ordinal);
        }

        return this;
    }
}
