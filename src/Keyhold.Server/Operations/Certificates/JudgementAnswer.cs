using Keyhold.Crypto.Certificates;
using Keyhold.Protocol.Answers;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>The whole report of a judgement, in the one shape that CheckCertificate and <c>cert check --json</c> give.</summary>
public sealed class JudgementAnswer(JudgementReport report) : IAnswer
{
    public void WriteTo(AnswerWriter answer)
    {
        answer.Flag("Accepted", report.Accepted);
        answer.Text("Profile", NameOf(report.Profile));
        answer.Text("CheckedAt", UtcText.Of(report.At));
        answer.Objects("Path", "Certificate", report.Path, WriteCertificate, wrapped: false);
        answer.Flag("RootMissing", report.RootMissing);
        answer.Objects("Dropped", "Certificate", report.Dropped, WriteCertificate, wrapped: false);
        answer.Objects("Findings", "Finding", report.Findings, WriteFinding, wrapped: false);
    }

    /// <summary>As the options --profile and --certificate-profile spell it.</summary>
    private static string NameOf(JudgementProfile profile) =>
        profile == JudgementProfile.Strict ? "strict" : "compatible";

    private static void WriteCertificate(AnswerWriter answer, ReportedCertificate reported)
    {
        var certificate = reported.Certificate;
        answer.Text("Subject", certificate.Subject.ToString());
        answer.Text("Issuer", certificate.Issuer.ToString());
        answer.Text("Serial", certificate.SerialHex);
        answer.Text("NotBefore", UtcText.Of(certificate.NotBefore));
        answer.Text("NotAfter", UtcText.Of(certificate.NotAfter));
        answer.Text("Key", reported.Key);
        answer.Text("SignatureAlgorithm", reported.SignatureAlgorithm);
        answer.Text("Sha256", Convert.ToHexStringLower(certificate.Sha256Fingerprint));
    }

    private static void WriteFinding(AnswerWriter answer, Finding finding)
    {
        answer.Text("Code", finding.Code);
        answer.Text("Severity", finding.Severity.ToString());
        answer.Text("Parameter", finding.Parameter);
        if (finding.Index is { } index)
        {
            answer.Number("Index", index);
        }

        answer.Text("Subject", finding.Subject);
        answer.Text("Serial", finding.Serial);
        answer.Text("Found", finding.Found);
        answer.Text("Expected", finding.Expected);
        answer.Text("Reason", finding.Reason);
        answer.Text("Remedy", finding.Remedy);
    }
}
