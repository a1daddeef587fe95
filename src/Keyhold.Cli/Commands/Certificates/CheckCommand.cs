using System.Buffers;
using System.CommandLine;
using Keyhold.Cli.Input;
using Keyhold.Cli.Output;
using Keyhold.Crypto.Certificates;
using Keyhold.Protocol.Answers;
using Keyhold.Server.Operations.Certificates;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>
/// cert check: judges certificates as an upload would, without a server. Exit code 0: good, 1: refused, 2: unreadable.
/// </summary>
internal static class CheckCommand
{
    public static Command Create(Terminal terminal, Option<bool> json)
    {
        var leaf = new Argument<string?>("FILE")
        {
            Description = "The certificate: PEM, DER or PKCS#7; a full-chain file is split (- is standard input)",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var chain = new Option<string[]>("--chain")
        {
            Description = "Certificates of the CAs above it, in any order; repeat the option for more files",
            HelpName = "FILE",
        };
        var csr = new Option<string?>("--csr")
        {
            Description = "The CSR that the CA answered: compares its key and its names",
            HelpName = "FILE",
        };
        var options = new JudgementChoices();
        var batch = new Option<string?>("--batch")
        {
            Description =
                "Judge the JSON lines of a file (- is standard input): {\"id\",\"leaf\",\"chain\":[],\"anchors\":[],\"at\",\"profile\"}",
            HelpName = "FILE",
        };
        var command = new CommandWithExamples(
            "check",
            "Judges a certificate and its chain as an upload would, without a server. Exit code 0: good, 1: refused, "
                + "2: unreadable; with --batch 0: every line was judged.",
            """
            keyhold cert check fullchain.pem
            keyhold cert check leaf.pem --chain intermediate.pem --chain root.pem --csr shop.csr
            keyhold cert check leaf.pem --chain chain.pem --anchors system --profile strict
            keyhold cert check --batch cases.jsonl
            """
        )
        {
            leaf,
            chain,
            csr,
            batch,
        };
        options.AddTo(command);
        command.Validators.Add(result =>
        {
            var isBatch = result.GetResult(batch) is not null;
            if (isBatch == (result.GetResult(leaf) is { Tokens.Count: > 0 }))
            {
                result.AddError("Give a certificate's FILE, or --batch FILE: one of the two.");
            }
            else if (isBatch && (result.GetResult(chain) is not null || result.GetResult(csr) is not null))
            {
                result.AddError("--chain and --csr do not go with --batch, whose lines bring their own chains.");
            }
        });
        command.SetAction(
            (parsed, stop) =>
            {
                var chosen = options.Read(parsed, terminal);
                if (parsed.GetValue(batch) is { } file)
                {
                    return Task.FromResult(new CheckBatch(terminal, chosen).Run(file, stop));
                }

                var request = parsed.GetValue(csr) is { } csrFile ? ReadRequest(csrFile, terminal) : null;
                var files = CheckedFiles.Read(parsed.GetValue(leaf)!, parsed.GetValue(chain) ?? [], request, terminal);
                return Task.FromResult(Run(files, chosen, terminal, parsed.GetValue(json)));
            }
        );
        return command;
    }

    private static int Run(CheckedFiles files, JudgementChoices.Chosen chosen, Terminal terminal, bool json)
    {
        var judgement = files.Judge(new CertificateJudge(chosen.Time, chosen.Options));
        var report = JudgementReport.Of(judgement, chosen.Options, chosen.Time.GetUtcNow());
        if (json)
        {
            var output = new ArrayBufferWriter<byte>();
            Answer.WriteOffline(output, new JudgementAnswer(report));
            terminal.RawOutput.Write(output.WrittenSpan);
            terminal.Out.WriteLine();
        }
        else
        {
            CheckPicture.Write(terminal, report);
        }

        return report switch
        {
            { Accepted: true } => ExitCode.Good,
            { Readable: true } => ExitCode.Refused,
            _ => ExitCode.BadUsage,
        };
    }

    private static SigningRequest ReadRequest(string file, Terminal terminal)
    {
        try
        {
            return SigningRequest.FromPem(InputFile.ReadText(file, terminal));
        }
        catch (FormatException unusable)
        {
            throw new UsageException(
                $"{InputFile.Name(file)} cannot be used as a CSR: {unusable.Message.TrimEnd('.')}. "
                    + "Give the PEM file that went to the CA (BEGIN CERTIFICATE REQUEST)."
            );
        }
    }
}
