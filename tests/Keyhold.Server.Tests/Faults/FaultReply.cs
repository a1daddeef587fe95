using System.Text.Json;

namespace Keyhold.Server.Tests.Faults;

/// <summary>What a client got for a request; status 0 when it got no answer at all.</summary>
internal sealed record FaultReply(int Status, string Text, string? RetryAfter, TimeSpan Took)
{
    /// <summary>How a request that was perhaps sent was lost; null when it was answered, or never left for want of a connection.</summary>
    public string? Lost { get; init; }

    public bool IsGood => Status == 200;

    /// <summary>What was asked for may have been done or not: no answer, or one that says to try again.</summary>
    public bool IsUnsure => Status is 0 or 503;

    public string this[string field] => Json.TryGetProperty(field, out var value) ? value.GetString() ?? "" : "";

    public JsonElement Json => JsonDocument.Parse(Text).RootElement.Clone();

    /// <summary>Fails the test with the whole answer when the request was refused.</summary>
    public FaultReply Ok()
    {
        Assert.True(IsGood, $"{Status} {Text}");
        return this;
    }

    /// <summary>Fails the test unless the request was refused in just this way.</summary>
    public FaultReply Refused(int status, string code)
    {
        Assert.True(Status == status && this["Code"] == code, $"{Status} {Text}");
        return this;
    }
}
