using System.Globalization;
using System.Text.Json;
using Keyhold.Cli.Api;
using Keyhold.Cli.Output;
using Spectre.Console;

namespace Keyhold.Cli.Commands.Demo;

/// <summary>How the demo looks: two lines a request, names left, values right, long values in short.</summary>
internal sealed class DemoPrinter(Terminal terminal)
{
    private const int MaximumWidth = 120;
    private const int NumberColumn = 3;
    private const int NameColumn = 28;
    private const int ShortValue = 20;
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
        Row(
            new Text(number.ToString(CultureInfo.InvariantCulture), Quiet),
            new Text(action, Strong),
            new Text(string.Join("  ", parameters.Select(each => $"{each.Name}={Short(each.Value)}")))
        );
    }

    public void Answer(ApiAnswer answer, TimeSpan duration)
    {
        var fields = answer.IsGood
            ? Fields(answer)
            : $"{answer.Text("Code")}: {Plain.Text(answer.Text("Message") ?? "")}";
        Row(
            new Text(""),
            new Text($"{answer.HttpStatus} in {duration.TotalMilliseconds:0} ms", answer.IsGood ? Good : Bad),
            new Text(fields, answer.IsGood ? Style.Plain : Bad)
        );
    }

    /// <summary>Something that happens outside of Keyhold.</summary>
    public void Elsewhere(string text) => Row(new Text(""), new Text("(elsewhere)", Quiet), new Text(text, Quiet));

    public void Remark(string text) => Row(new Text(""), new Text("(and then)", Quiet), new Text(text, Quiet));

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

    private static string Fields(ApiAnswer answer) =>
        string.Join(
            "  ",
            answer.Fields.EnumerateObject().Where(IsTelling).Select(field => $"{field.Name}={Short(Text(field.Value))}")
        );

    /// <summary>What repeats the request, or would need a screen of its own, is left out.</summary>
    private static bool IsTelling(JsonProperty field) =>
        field.Name
            is not ("Arn" or "SubjectPublicKey" or "SubjectKeyIdentifier" or "Tags" or "CreatedAt" or "UpdatedAt");

    private static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static string Short(string value)
    {
        const string pem = "-----BEGIN ";
        if (value.StartsWith(pem, StringComparison.Ordinal))
        {
            var blocks = value.Split(pem).Length - 1;
            return blocks == 1 ? $"({value.Length} characters of PEM)" : $"({blocks} certificates in PEM)";
        }

        return value.Length > 2 * ShortValue ? $"{value[..ShortValue]}..." : Plain.Text(value);
    }

    private void Row(Text left, Text middle, Text right)
    {
        var grid = new Grid();
        grid.AddColumn(new GridColumn { Width = NumberColumn, Padding = new Padding(0, 0, 1, 0) });
        grid.AddColumn(new GridColumn { Width = NameColumn, Padding = new Padding(0, 0, 1, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        grid.AddRow(left.RightJustified(), middle, right);
        Write(grid);
    }

    private void Write(Spectre.Console.Rendering.IRenderable what)
    {
        console.Write(what);
        if (what is Text)
        {
            console.WriteLine();
        }
    }
}
