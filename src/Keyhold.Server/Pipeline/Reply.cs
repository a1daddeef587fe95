using Keyhold.Protocol.Answers;

namespace Keyhold.Server.Pipeline;

/// <summary>The bytes to send back. <paramref name="ErrorCode"/> is null for a success.</summary>
internal sealed record Reply(
    int StatusCode,
    string RequestId,
    AnswerFormat Format,
    ReadOnlyMemory<byte> Body,
    string? ErrorCode
);
