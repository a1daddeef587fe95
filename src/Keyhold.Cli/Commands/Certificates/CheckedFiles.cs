using Keyhold.Cli.Input;
using Keyhold.Crypto.Certificates;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>What is to be checked, read from files or from a line of a batch: a bundle is split, its others head the chain.</summary>
internal sealed record CheckedFiles(CertificateBundle Bundle, IEnumerable<string> Chain, SigningRequest? Request)
{
    public static CheckedFiles Read(
        string leafFile,
        IReadOnlyList<string> chainFiles,
        SigningRequest? request,
        Terminal terminal
    )
    {
        var bundle = CertificateBundle.Split(CertificateFile.ReadPem(leafFile, terminal), request?.PublicKey);
        if (bundle.Count > 1)
        {
            terminal.Error.WriteLine(
                $"{InputFile.Name(leafFile)} holds {bundle.Count} certificates: number {bundle.Place + 1} is taken as the "
                    + "certificate, the others as its chain."
            );
        }

        return new CheckedFiles(
            bundle,
            [.. chainFiles.Select(file => CertificateFile.ReadPem(file, terminal))],
            request
        );
    }

    public Judgement Judge(CertificateJudge judge) =>
        judge.Judge(
            new CertificateSubmission(
                Request?.PublicKey.SubjectPublicKeyInfo,
                Request,
                Bundle.Certificate,
                CertificateChain: null
            ),
            [.. Bundle.Rest is { } rest ? Chain.Prepend(rest) : Chain]
        );
}
