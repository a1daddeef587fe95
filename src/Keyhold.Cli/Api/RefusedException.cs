namespace Keyhold.Cli.Api;

/// <summary>The server answered, and refused: its code, message and request id, and the answer as it came.</summary>
internal sealed class RefusedException(ApiAnswer answer)
    : Exception(answer.Text("Message") ?? "The server gave no reason.")
{
    public ApiAnswer Answer { get; } = answer;

    public string Code => Answer.Text("Code") ?? $"HTTP {Answer.HttpStatus}";

    public string? RequestId => Answer.Text("RequestId");
}
