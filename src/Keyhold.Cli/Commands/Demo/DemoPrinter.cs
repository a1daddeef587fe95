using System.Globalization;
using System.Text.Json;
using Keyhold.Cli.Api;
using Keyhold.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Keyhold.Cli.Commands.Demo;

/// <summary>How the demo looks: two lines a request, names left, values right, long values in short.</summary>
internal sealed class DemoPrinter(Terminal terminal)
{
    private const int MaximumWidth = 120;
    private const int NumberColumn = 2;
    private const int NameColumn = 28;
    private const int ShortValue = 16;
    private const int ShortId = 8;
    private const int IdLength = 36;
    private static readonly Style Quiet = new(Color.Grey);
    private static readonly Style Strong = new(decoration: Decoration.Bold);
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Bad = new(Color.Red);

    private readonly IAnsiConsole console = Create(terminal);
    private int number;

    public void Begin(Endpoint endpoint, string folder)
    {
        Write(new Text("Keyhold, once through its main job: real keys, real requests, real signatures.", Strong));
        Write(new Text($"A throw-away server listens on {endpoint}; its data is in {folder}.", Quiet));
    }

    public void Chapter(string keySpec)
    {
        console.WriteLine();
        Write(new Rule(Markup.Escape(keySpec)) { Justification = Justify.Left, Style = Quiet });
    }

    public void Request(string action, IReadOnlyList<(string Name, string Value)> parameters)
    {
        number++;
        var values = parameters.Select(each => $"{each.Name}={Short(each.Value)}");
        Row(
            number.ToString(CultureInfo.InvariantCulture),
            action,
            Strong,
            LineWrap.Items(values, TextWidth),
            Style.Plain
        );
    }

    public void Answer(string action, ApiAnswer answer, TimeSpan duration)
    {
        var label = string.Create(
            CultureInfo.InvariantCulture,
            $"{answer.HttpStatus}, {duration.TotalMilliseconds:0} ms"
        );
        if (answer.IsGood)
        {
            Row("", label, Good, LineWrap.Items(Fields(action, answer), TextWidth), Style.Plain);
            return;
        }

        var reason = Plain.Text($"{answer.Text("Code")}: {answer.Text("Message")}");
        Row("", label, Bad, LineWrap.Words(reason, TextWidth), Bad);
    }

    /// <summary>Something that happens outside of Keyhold, or between two requests.</summary>
    public void Remark(string text) => Row("", "", Quiet, LineWrap.Words(text, TextWidth), Quiet);

    public void End(TimeSpan duration)
    {
        console.WriteLine();
        Write(
            new Text(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Done in {duration.TotalSeconds:0.0} s. The server is stopped and its data removed."
                )
            )
        );
        Write(new Text("Start for real:"));
        Write(new Text($"  {terminal.Program} serve --dev", Strong));
    }

    private static IAnsiConsole Create(Terminal terminal)
    {
        var screen = Screen.Of(terminal);
        screen.Profile.Width = Math.Min(terminal.Width, MaximumWidth);
        return screen;
    }

    private int TextWidth => console.Profile.Width - NumberColumn - NameColumn - 2;

    private static IReadOnlyList<string> Fields(string action, ApiAnswer answer)
    {
        var fields = answer.Fields.EnumerateObject().ToList();
        var telling = fields.Where(field => IsTelling(action, field)).ToList();
        return [.. (telling.Count > 0 ? telling : fields).Select(field => $"{field.Name}={Shown(action, field)}")];
    }

    /// <summary>What only repeats the request, or would need a screen of its own, is left out.</summary>
    private static bool IsTelling(string action, JsonProperty field) =>
        field.Name switch
        {
            "CertificateId" => action is "CreateCertificate",
            "RequestId" or "Arn" or "KeySpec" or "Subject" or "SubjectAlternativeNames" or "SubjectPublicKey" => false,
            "SubjectKeyIdentifier" or "ExportablePrivateKey" or "ProtectionLevel" or "Tags" or "Warnings" => false,
            "CreatedAt" or "UpdatedAt" or "NotBefore" => false,
            _ => true,
        };

    private static string Shown(string action, JsonProperty field)
    {
        var text = field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.GetRawText();
        return (action, field.Name) is ("CreateCertificate", "CertificateId") or (_, "Issuer" or "RequestId")
            ? Plain.Text(text)
            : Short(text);
    }

    private static string Short(string value)
    {
        const string pem = "-----BEGIN ";
        if (value.StartsWith(pem, StringComparison.Ordinal))
        {
            return value.Split(pem).Length - 1 is > 1 and var count ? $"(PEM, {count} certificates)" : "(PEM)";
        }

        return value.Length switch
        {
            IdLength when value[ShortId] == '-' => $"{value[..ShortId]}...",
            > IdLength when !value.Contains('=', StringComparison.Ordinal) || value.EndsWith('=') =>
                $"{value[..ShortValue]}...",
            _ => Plain.Text(value),
        };
    }

    /// <summary>Number, name and text beside each other; further lines of the text go below it.</summary>
    private void Row(string left, string name, Style nameStyle, IReadOnlyList<string> lines, Style textStyle)
    {
        for (var line = 0; line < lines.Count; line++)
        {
            console.Write(new Text($"{(line == 0 ? left : "").PadLeft(NumberColumn)} ", Quiet));
            console.Write(new Text($"{(line == 0 ? name : "").PadRight(NameColumn)} ", nameStyle));
            console.Write(new Text(lines[line], textStyle));
            console.WriteLine();
        }
    }

    private void Write(IRenderable what)
    {
        console.Write(what);
        if (what is Text)
        {
            console.WriteLine();
        }
    }
}
