using System.Buffers;
using System.Globalization;
using Keyhold.Cli.Input;
using Keyhold.Crypto.Certificates;
using Keyhold.Protocol.Answers;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>
/// cert check --batch: one JSON line in, one JSON line out, each as soon as it is judged. A line that cannot be used
/// gives an answer with the error, and the rest goes on.
/// </summary>
internal sealed class CheckBatch(Terminal terminal, JudgementChoices.Chosen chosen)
{
    private readonly ArrayBufferWriter<byte> output = new();
    private (string Text, TrustAnchors Anchors)? lastAnchors;

    /// <summary>The exit code: good when every line was judged, whatever the verdict.</summary>
    public int Run(string file, CancellationToken stop)
    {
        using var input = InputFile.Open(file, terminal);
        var lines = new JsonLines(input);
        var exitCode = ExitCode.Good;
        for (var number = 1; lines.TryRead(out var line); number++)
        {
            stop.ThrowIfCancellationRequested();
            if (line is { } text && IsBlank(text.Span))
            {
                continue;
            }

            var answer = Answer(number, line);
            exitCode = answer.Error is null ? exitCode : ExitCode.BadUsage;
            Write(answer);
        }

        return exitCode;
    }

    private CheckBatchAnswer Answer(int number, ReadOnlyMemory<byte>? text)
    {
        var line = new CheckBatchLine();
        try
        {
            line.Read(text ?? throw TooLong());
            return new CheckBatchAnswer(line.Id, Judge(line), Error: null);
        }
        catch (Exception unusable) when (unusable is FormatException or UsageException or TrustAnchorException)
        {
            return Failed(unusable.Message);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // Judgement promises never to fail; should it, thousands of other lines must not pay for it.
            return Failed(
                $"it could not be judged ({fault.GetType().Name}), a fault of this program. Please report it with the line."
            );
        }

        CheckBatchAnswer Failed(string reason) =>
            new(line.Id, Judgement: null, string.Create(CultureInfo.InvariantCulture, $"Line {number}: {reason}"));
    }

    private static FormatException TooLong() =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"it has more than {JsonLines.MaximumBytes} bytes, the most that is read"
            )
        );

    private Judgement Judge(CheckBatchLine line)
    {
        var options = chosen.Options with
        {
            Profile = line.Profile is { } profile ? JudgementChoices.ProfileOf(profile) : chosen.Options.Profile,
            Anchors = line.Anchors is { } anchors ? AnchorsOf(anchors) : chosen.Options.Anchors,
        };
        var time = line.At is { } at ? JudgementChoices.TimeOf(at) : chosen.Time;
        var files = new CheckedFiles(CertificateBundle.Split(line.Leaf, publicKey: null), line.Chain, Request: null);
        return files.Judge(new CertificateJudge(time, options));
    }

    /// <summary>Most batches have the same anchors in every line; parsing a trust store costs more than judging.</summary>
    private TrustAnchors AnchorsOf(IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return TrustAnchors.None;
        }

        var text = string.Join('\n', texts);
        if (lastAnchors is not { } last || !string.Equals(last.Text, text, StringComparison.Ordinal))
        {
            lastAnchors = last = (text, TrustAnchors.FromPem(text));
        }

        return last.Anchors;
    }

    private void Write(CheckBatchAnswer answer)
    {
        output.ResetWrittenCount();
        Protocol.Answers.Answer.WriteOffline(output, answer);
        output.Write("\n"u8);
        terminal.RawOutput.Write(output.WrittenSpan);
        terminal.RawOutput.Flush();
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.Trim(" \t\r"u8).IsEmpty;
}
