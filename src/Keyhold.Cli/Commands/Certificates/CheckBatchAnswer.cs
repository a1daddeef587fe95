using System.Text.Json;
using Keyhold.Crypto.Certificates;
using Keyhold.Protocol.Answers;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>The answer to one line of a batch: {"id","ok","path":[subjects],"findings":[...]}, or an "error" besides.</summary>
internal sealed record CheckBatchAnswer(JsonElement? Id, Judgement? Judgement, string? Error) : IAnswer
{
    public void WriteTo(AnswerWriter answer)
    {
        WriteId(answer);
        answer.Flag("ok", Judgement is { IsAccepted: true });
        answer.Text("error", Error);
        answer.Texts(
            "path",
            "subject",
            (Judgement?.Path ?? []).Select(certificate => certificate.Subject.ToString()),
            wrapped: false
        );
        answer.Objects("findings", "finding", Judgement?.Findings ?? [], WriteFinding, wrapped: false);
    }

    private void WriteId(AnswerWriter answer)
    {
        if (Id is not { } id)
        {
            return;
        }

        // As it was given: 1e3 and 12345678901234567890 are numbers too, and whoever asked looks for them as such.
        if (id.ValueKind == JsonValueKind.Number)
        {
            answer.NumberAsWritten("id", id.GetRawText());
            return;
        }

        answer.Text("id", id.GetString());
    }

    private static void WriteFinding(AnswerWriter answer, Finding finding)
    {
        answer.Text("code", finding.Code);
        answer.Text("severity", finding.Severity == FindingSeverity.Error ? "error" : "warning");
        answer.Text("parameter", finding.Parameter);
        if (finding.Index is { } index)
        {
            answer.Number("index", index);
        }

        answer.Text("subject", finding.Subject);
        answer.Text("serial", finding.Serial);
        answer.Text("found", finding.Found);
        answer.Text("expected", finding.Expected);
        answer.Text("reason", finding.Reason);
        answer.Text("remedy", finding.Remedy);
    }
}
