using System.Text.Json;
using Keyhold.Cli.Api;
using Keyhold.Cli.Output;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>A DescribeCertificate answer for people.</summary>
internal static class CertificateDetails
{
    public static void Write(Terminal terminal, ApiAnswer answer) =>
        Screen.WriteFields(
            terminal,
            toError: false,
            [
                ("CertificateId", answer.Text("CertificateId")),
                ("Arn", answer.Text("Arn")),
                ("Status", answer.Text("Status")),
                ("Key", answer.Text("KeySpec")),
                ("Exportable", answer.Text("ExportablePrivateKey")),
                ("Subject", answer.Text("Subject")),
                ("Names", Lines(answer.Texts("SubjectAlternativeNames"))),
                ("Issuer", answer.Text("Issuer")),
                ("Serial", answer.Text("Serial")),
                ("Valid from", answer.Text("NotBefore")),
                ("Valid until", answer.Text("NotAfter")),
                ("Signed with", answer.Text("SignatureAlgorithm")),
                ("Key id", answer.Text("SubjectKeyIdentifier")),
                ("Tags", Tags(answer.Text("Tags"))),
                ("Created", answer.Text("CreatedAt")),
                ("Updated", answer.Text("UpdatedAt")),
                .. answer.Texts("Warnings").Select(warning => ("Warning", (string?)warning)),
            ]
        );

    private static string? Lines(IReadOnlyList<string> texts) => texts.Count == 0 ? null : string.Join('\n', texts);

    /// <summary>The API gives tags as JSON text: [{"TagKey":"a","TagValue":"b"}].</summary>
    private static string? Tags(string? json)
    {
        if (string.IsNullOrEmpty(json))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? Lines([
                    .. document
                        .RootElement.EnumerateArray()
                        .Select(tag => $"{ApiAnswer.TextOf(tag, "TagKey")}={ApiAnswer.TextOf(tag, "TagValue")}"),
                ])
                : json;
        }
        catch (JsonException)
        {
            return json;
        }
    }
}
