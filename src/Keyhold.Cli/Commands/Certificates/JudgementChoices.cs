using System.CommandLine;
using Keyhold.Cli.Input;
using Keyhold.Crypto.Certificates;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>How to judge: --anchors, --at and --profile.</summary>
internal sealed class JudgementChoices
{
    public const string Compatible = "compatible";
    public const string Strict = "strict";
    private const string System = "system";
    private const string None = "none";

    private readonly Option<string?> anchors = new("--anchors")
    {
        Description =
            "The path must end in a certificate of this PEM file, or of this machine's: system [default: none]",
        HelpName = "FILE",
    };

    private readonly Option<string?> at = new("--at")
    {
        Description = "Judge as of this moment, such as 2026-01-01T00:00:00Z [default: now]",
        HelpName = "TIME",
    };

    private readonly Option<string?> profile = new("--profile")
    {
        Description = "strict is RFC 5280 to the letter; compatible forgives harmless faults [default: compatible]",
        HelpName = $"{Strict}|{Compatible}",
        CompletionSources = { Strict, Compatible },
    };

    /// <summary>What was chosen, ready to judge with.</summary>
    internal sealed record Chosen(JudgementOptions Options, TimeProvider Time);

    public void AddTo(Command command)
    {
        command.Add(anchors);
        command.Add(at);
        command.Add(profile);
    }

    public Chosen Read(ParseResult parsed, Terminal terminal) =>
        new(
            new JudgementOptions(
                parsed.GetValue(profile) is { } name ? ProfileOf(name) : JudgementProfile.Compatible,
                parsed.GetValue(anchors) is { } source ? AnchorsOf(source, terminal) : TrustAnchors.None
            ),
            parsed.GetValue(at) is { } moment ? TimeOf(moment) : terminal.Time
        );

    public static JudgementProfile ProfileOf(string name) =>
        name switch
        {
            Compatible => JudgementProfile.Compatible,
            Strict => JudgementProfile.Strict,
            _ => throw new UsageException($"The profile is \"{name}\", but {Strict} or {Compatible} is expected."),
        };

    public static FixedTime TimeOf(string moment) =>
        Rfc3339.TryParse(moment, out var parsed)
            ? new FixedTime(parsed)
            : throw new UsageException(
                $"The time is \"{moment}\", but RFC 3339 with a zone is expected, such as 2026-01-01T00:00:00Z."
            );

    private static TrustAnchors AnchorsOf(string source, Terminal terminal)
    {
        try
        {
            return source switch
            {
                None => TrustAnchors.None,
                System => TrustAnchors.System(),
                _ => TrustAnchors.FromPem(CertificateFile.ReadPem(source, terminal)),
            };
        }
        catch (TrustAnchorException unusable)
        {
            throw new UsageException(
                $"{InputFile.Name(source)} cannot be used as trust anchors: {unusable.Reason}. {unusable.Remedy}"
            );
        }
    }
}
