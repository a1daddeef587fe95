using Spectre.Console;

namespace Keyhold.Cli.Output;

/// <summary>Tables for people. The only home of Spectre.Console besides the demo, so that nothing else loads it.</summary>
internal static class Screen
{
    /// <summary>Below it, broken lines would be worse than the terminal's own.</summary>
    private const int NarrowestValue = 20;

    private static readonly Style Strong = new(decoration: Decoration.Bold);

    internal enum Tone
    {
        Good,
        Doubtful,
        Bad,
    }

    /// <summary>A console that leaves every line as it is written.</summary>
    public static IAnsiConsole Unbroken(Terminal terminal, bool toError = false) =>
        Of(toError ? terminal.Error : terminal.Out, colours: terminal.HasColours && !toError, Terminal.WidthOfPipes);

    private static IAnsiConsole Of(TextWriter output, bool colours, int width)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = colours ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(output),
            }
        );
        console.Profile.Width = width;
        return console;
    }

    /// <summary>A line with a coloured sign in it.</summary>
    public static void WriteMarked(Terminal terminal, string before, string sign, Tone tone, string text)
    {
        var colour = tone switch
        {
            Tone.Good => Color.Green,
            Tone.Doubtful => Color.Yellow,
            _ => Color.Red,
        };
        var console = Unbroken(terminal);
        console.Write(new Text(before));
        console.Write(new Text(sign, new Style(colour, decoration: Decoration.Bold)));
        console.Write(new Text(text));
        console.WriteLine();
    }

    /// <summary>Names left, values right; absent values are left out.</summary>
    public static void WriteFields(
        Terminal terminal,
        bool toError,
        params IEnumerable<(string Name, string? Value)> fields
    )
    {
        var shown = fields.Where(field => field.Value is not null).ToList();
        var nameWidth = shown.Max(field => field.Name.Length) + 2;
        var valueWidth = Math.Max(NarrowestValue, terminal.Width - nameWidth);
        var console = Unbroken(terminal, toError);
        foreach (var (name, value) in shown)
        {
            var lines = LineWrap
                .Words(Plain.Text(value!), valueWidth)
                .SelectMany(line => LongWord.Break(line, valueWidth))
                .ToList();
            for (var line = 0; line < lines.Count; line++)
            {
                console.Write(new Text((line == 0 ? name : "").PadRight(nameWidth), Strong));
                console.Write(new Text(lines[line]));
                console.WriteLine();
            }
        }
    }

    /// <summary>Whether a table of these cells needs no second line for any of them.</summary>
    public static bool FitsInTable(
        Terminal terminal,
        IReadOnlyList<string> columns,
        IEnumerable<IReadOnlyList<string?>> rows
    )
    {
        // The border takes a column around and between the cells, and each cell a blank on both sides.
        var room = terminal.Width - (columns.Count * 3) - 1;
        return WidthsOf([columns, .. rows]).Sum() <= room;
    }

    /// <summary>A heading, and for each row its cells aligned on one line and <c>Below</c> indented on the next.</summary>
    public static void WriteTwoLineTable(
        Terminal terminal,
        IReadOnlyList<string> columns,
        IReadOnlyList<(IReadOnlyList<string?> Cells, string? Below)> rows
    )
    {
        const string indent = "  ";
        var widths = WidthsOf([columns, .. rows.Select(row => row.Cells)]);
        var console = Unbroken(terminal);
        console.Write(new Text(Line(columns), Strong));
        console.WriteLine();
        foreach (var (cells, below) in rows)
        {
            console.Write(new Text(Line(cells)));
            console.WriteLine();
            var width = Math.Max(NarrowestValue, terminal.Width - indent.Length);
            foreach (var line in LineWrap.Words(Plain.Text(below ?? ""), width))
            {
                console.Write(new Text(indent + line));
                console.WriteLine();
            }
        }

        string Line(IReadOnlyList<string?> cells) =>
            string.Join(indent, cells.Select((cell, column) => Padded(cell, widths[column]))).TrimEnd();
    }

    public static void WriteTable(
        Terminal terminal,
        IReadOnlyList<string> columns,
        IEnumerable<IReadOnlyList<string?>> rows
    )
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in columns)
        {
            // Ids and dates stay whole; only a subject may need a second line.
            table.AddColumn(new TableColumn(new Text(column, Strong)) { NoWrap = column is not "Subject" });
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(Plain.Text(cell ?? ""))));
        }

        if (terminal.HasColours)
        {
            Of(terminal.Out, colours: true, terminal.Width).Write(table);
            return;
        }

        // Spectre fills the last column with blanks; in a file or a pipe nobody wants those.
        using var text = new StringWriter();
        Of(text, colours: false, terminal.Width).Write(table);
        foreach (var line in text.ToString().TrimEnd('\n').Split('\n'))
        {
            terminal.Out.WriteLine(line.TrimEnd());
        }
    }

    private static List<int> WidthsOf(IReadOnlyList<IReadOnlyList<string?>> rows) =>
        [
            .. Enumerable
                .Range(0, rows[0].Count)
                .Select(column => rows.Max(row => Cells.WidthOf(Plain.Text(row[column] ?? "")))),
        ];

    private static string Padded(string? cell, int width)
    {
        var text = Plain.Text(cell ?? "");
        return text + new string(' ', width - Cells.WidthOf(text));
    }
}
