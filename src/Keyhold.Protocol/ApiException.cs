namespace Keyhold.Protocol;

/// <summary>
/// The only exception that reaches clients: a row of <see cref="ErrorCodes"/> and a message that names what was found,
/// what was expected and what to do, and never holds a secret.
/// </summary>
public sealed class ApiException(ErrorCode error, string? message = null) : Exception(message ?? error.Text)
{
    public ErrorCode Error { get; } = error;

    /// <summary>One readable paragraph that starts with the documented sentence.</summary>
    public static ApiException InvalidParameter(string parameter, string reason, string remedy) =>
        new(
            ErrorCodes.InvalidParameter,
            $"{ErrorCodes.InvalidParameter.Text} {parameter}: {Sentence(reason)} {Sentence(remedy)}"
        );

    public static ApiException MissingParameter(string parameter) =>
        new(ErrorCodes.MissingParameter, $"The parameter \"{parameter}\" is needed but not provided.");

    /// <summary>The row's own sentence, then what is particular to this request.</summary>
    internal static ApiException Explained(ErrorCode error, string reason, string remedy) =>
        new(error, $"{Sentence(error.Text)} {Sentence(reason)} {Sentence(remedy)}");

    private static string Sentence(string text)
    {
        var trimmed = text.TrimEnd();
        return trimmed.EndsWith('.') || trimmed.EndsWith('!') || trimmed.EndsWith('?') ? trimmed : trimmed + ".";
    }
}
