using System.Globalization;
using System.Text;
using System.Text.Json;
using Keyhold.Cli.Api;
using Keyhold.Cli.Output;
using Spectre.Console;

namespace Keyhold.Cli.Commands.Demo;

/// <summary>How the demo looks: the operation, what was sent, what came back; long values in short.</summary>
internal sealed class DemoPrinter(Terminal terminal)
{
    private const int MaximumWidth = 120;
    private const int Indent = 5;
    private const int ShortValue = 20;
    private const int LongValue = 44;
    private static readonly Style Quiet = new(Color.Grey);
    private static readonly Style Strong = new(decoration: Decoration.Bold);
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Bad = new(Color.Red);

    private readonly IAnsiConsole console = Screen.Unbroken(terminal);
    private readonly int width = Math.Min(terminal.Width, MaximumWidth);
    private int number;

    public void Begin(Endpoint endpoint, string folder)
    {
        Line("Keyhold, once through its main job: real keys, real requests, real signatures.", Strong);
        Line($"A throw-away server listens on {endpoint}", Quiet);
        Line($"and keeps its data in {folder}", Quiet);
    }

    public void Chapter(string keySpec)
    {
        var title = $"\u2500\u2500 {keySpec} ";
        console.WriteLine();
        Line(title.PadRight(width, '\u2500'), Quiet);
    }

    public void Request(string action, IReadOnlyList<(string Name, string Value)> parameters)
    {
        number++;
        console.Write(new Text($"{number.ToString(CultureInfo.InvariantCulture), 2} ", Quiet));
        Line(action, Strong);
        var values = parameters.Select(each => $"{each.Name}={Shown(each.Name, each.Value)}");
        Row("\u2192", Quiet, "", LineWrap.Items(values, width - Indent), Style.Plain);
    }

    public void Answer(string action, ApiAnswer answer, TimeSpan duration)
    {
        var status = string.Create(
            CultureInfo.InvariantCulture,
            $"{answer.HttpStatus}, {duration.TotalMilliseconds:0} ms  "
        );
        var textWidth = width - Indent - status.Length;
        if (answer.IsGood)
        {
            Row("\u2190", Good, status, LineWrap.Items(Fields(action, answer), textWidth), Style.Plain);
            return;
        }

        var reason = Plain.Text($"{answer.Text("Code")}: {answer.Text("Message")}");
        Row("\u2190", Bad, status, LineWrap.Words(reason, textWidth), Bad);
    }

    /// <summary>Something that happens outside of Keyhold, or between two requests.</summary>
    public void Remark(string text) => Row(" ", Quiet, "", LineWrap.Words(text, width - Indent), Quiet);

    public void End(TimeSpan duration)
    {
        console.WriteLine();
        var seconds = duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        Line($"Done in {seconds} s. The server is stopped and its data removed. Start for real:", Style.Plain);
        Line($"  {terminal.Program} serve --dev", Strong);
    }

    private static List<string> Fields(string action, ApiAnswer answer)
    {
        var fields = answer.Fields.EnumerateObject().ToList();
        var telling = fields.Where(field => IsTelling(action, field)).ToList();
        return
        [
            .. (telling.Count > 0 ? telling : fields).Select(field =>
                $"{field.Name}={Shown(field.Name, Text(field.Value))}"
            ),
        ];
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

    private static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static string Shown(string name, string value)
    {
        const string pem = "-----BEGIN ";
        if (name is "Message" or "Plaintext")
        {
            return $"base64(\"{Encoding.UTF8.GetString(Convert.FromBase64String(value))}\")";
        }

        if (value.StartsWith(pem, StringComparison.Ordinal))
        {
            var blocks = value.Split(pem).Length - 1;
            return blocks > 1 ? $"(PEM, {blocks} certificates)" : "(PEM)";
        }

        return value.Length > LongValue ? $"{value[..ShortValue]}..." : Plain.Text(value);
    }

    /// <summary>A mark, a status and text; further lines of the text go below its first.</summary>
    private void Row(string mark, Style style, string status, IReadOnlyList<string> lines, Style textStyle)
    {
        var below = new string(' ', Indent + status.Length);
        for (var line = 0; line < lines.Count; line++)
        {
            console.Write(new Text(line == 0 ? $"   {mark} {status}" : below, style));
            Line(lines[line], textStyle);
        }
    }

    private void Line(string text, Style style)
    {
        console.Write(new Text(text, style));
        console.WriteLine();
    }
}
