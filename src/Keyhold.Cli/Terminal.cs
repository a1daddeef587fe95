using System.Text;

namespace Keyhold.Cli;

/// <summary>
/// Everything a command sees of its surroundings: standard streams, environment and clock. Tests bring their own.
/// </summary>
internal sealed class Terminal : IDisposable
{
    /// <summary>So wide that nothing is ever broken.</summary>
    public const int WidthOfPipes = 10_000;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Stream input;
    private readonly Func<string, string?> environment;
    private bool inputIsTaken;

    public Terminal(Stream input, Stream output, Stream error, Func<string, string?> environment, TimeProvider time)
    {
        this.input = input;
        RawOutput = output;
        Out = new StreamWriter(output, Utf8, leaveOpen: true) { AutoFlush = true, NewLine = "\n" };
        Error = new StreamWriter(error, Utf8, leaveOpen: true) { AutoFlush = true, NewLine = "\n" };
        Time = time;
        this.environment = environment;
    }

    /// <summary>Standard output as bytes, for signatures and plaintexts. <see cref="Out"/> writes to it unbuffered.</summary>
    public Stream RawOutput { get; }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public TimeProvider Time { get; }

    /// <summary>Somebody sits there who can answer a question.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Standard output shows colours.</summary>
    public bool HasColours { get; init; }

    /// <summary>Columns of standard output.</summary>
    public int Width { get; init; } = WidthOfPipes;

    /// <summary>How the commands that a message suggests begin: "keyhold", or the script's path.</summary>
    public string Program => Variable("KEYHOLD_PROGRAM") ?? "keyhold";

    public static Terminal OfThisProcess()
    {
        var terminal = !Console.IsOutputRedirected;
        var plain =
            !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            || string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal);
        return new Terminal(
            Console.OpenStandardInput(),
            Console.OpenStandardOutput(),
            Console.OpenStandardError(),
            Environment.GetEnvironmentVariable,
            TimeProvider.System
        )
        {
            IsInteractive = !Console.IsInputRedirected && !Console.IsErrorRedirected,
            HasColours = terminal && !plain,
            Width = terminal && Console.WindowWidth > 0 ? Console.WindowWidth : WidthOfPipes,
        };
    }

    /// <summary>An environment variable; empty counts as not set.</summary>
    public string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;

    /// <summary>Standard input. It can be read once, so a command line that names it twice is refused.</summary>
    public Stream TakeInput()
    {
        if (inputIsTaken)
        {
            throw new UsageException(
                "Standard input (-) is named twice, but can be read once. Put one of the two in a file."
            );
        }

        inputIsTaken = true;
        return input;
    }

    public void Dispose()
    {
        Out.Dispose();
        Error.Dispose();
    }
}
