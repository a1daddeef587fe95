using Spectre.Console;

namespace Keyhold.Cli.Output;

/// <summary>Tables for people. The only home of Spectre.Console besides the demo, so that nothing else loads it.</summary>
internal static class Screen
{
    public static IAnsiConsole Of(Terminal terminal, bool toError = false)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = terminal.HasColours ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = terminal.HasColours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(toError ? terminal.Error : terminal.Out),
            }
        );
        console.Profile.Width = terminal.Width;
        return console;
    }

    /// <summary>Names left, values right; absent values are left out.</summary>
    public static void WriteFields(
        Terminal terminal,
        bool toError,
        params IEnumerable<(string Name, string? Value)> fields
    )
    {
        var grid = new Grid();
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        foreach (var (name, value) in fields)
        {
            if (value is not null)
            {
                grid.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), new Text(Plain.Text(value)));
            }
        }

        Of(terminal, toError).Write(grid);
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
            table.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))));
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(Plain.Text(cell ?? ""))));
        }

        Of(terminal).Write(table);
    }
}
