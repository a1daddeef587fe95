using System.Text;
using System.Text.RegularExpressions;

namespace Keyhold.Server.Tests.Laws;

/// <summary>
/// Finds the command lines of keyhold in a page: in its blocks of a shell's text, where they stand whole, and in code within a
/// sentence, where a command may be mentioned by its name alone. Split as a shell does, so far as documentation needs it.
/// </summary>
internal static partial class DocumentedCommands
{
    private static readonly string[] Programs = ["keyhold", "./keyhold", "/usr/local/bin/keyhold"];

    /// <summary>The words behind the program's name, and whether they are meant to be typed as they stand.</summary>
    public sealed record Command(IReadOnlyList<string> Words, bool IsWhole);

    /// <summary>First those of blocks, then those within sentences.</summary>
    public static IReadOnlyList<Command> Of(string page)
    {
        var scripts = Block().Matches(page).Where(block => block.Groups["language"].ValueSpan is "sh" or "bash");
        var sentences = Code().Matches(Block().Replace(page, ""));
        return
        [
            .. scripts.SelectMany(block => In(block.Groups["content"].Value)).Select(words => new Command(words, true)),
            .. sentences
                .Select(code => code.Groups["code"].Value)
                // A label, such as those that keys are derived with.
                .Where(code => !code.EndsWith(' '))
                .SelectMany(In)
                .Select(words => new Command(words, false)),
        ];
    }

    private static IEnumerable<IReadOnlyList<string>> In(string script)
    {
        foreach (var words in CommandsOf(script.Replace("\\\n", " ", StringComparison.Ordinal)))
        {
            var program = Enumerable
                .Range(0, words.Count)
                .FirstOrDefault(place => Programs.Contains(words[place].Text) && IsCommand(words, place), -1);
            if (program >= 0 && program < words.Count - 1)
            {
                yield return [.. words.Skip(program + 1).Select(word => word.Text)];
            }
            else
            {
                // A script within quotes, for another shell.
                foreach (var inner in words.Where(word => word.IsQuoted).SelectMany(word => In(word.Text)))
                {
                    yield return inner;
                }
            }
        }
    }

    /// <summary>Not an argument of another program, which may be called so too.</summary>
    private static bool IsCommand(List<(string Text, bool IsQuoted)> words, int place) =>
        words[..place]
            .All(word =>
                word.Text is "exec" or "if" or "until" or "while" or "then" or "do" or "!" || word.Text.Contains('=')
            ) || words[place - 1].Text is "--";

    /// <summary>Cut where the shell ends a command: at a pipe, a list, a bracket, a line, and at a redirection.</summary>
    private static IEnumerable<List<(string Text, bool IsQuoted)>> CommandsOf(string script)
    {
        var words = new List<(string Text, bool IsQuoted)>();
        var word = new StringBuilder();
        var (quote, wasQuoted, isComment) = ('\0', false, false);
        foreach (var letter in script + "\n")
        {
            var ends = quote is '\0' && letter is '\n' or '|' or '&' or ';' or '(' or ')' or '<' or '>';
            isComment = letter is not '\n' && (isComment || (quote is '\0' && letter is '#' && word.Length is 0));
            if (isComment)
            {
                continue;
            }

            if (quote is '\0' && (ends && quote is '\0' || letter is ' '))
            {
                // The number of a redirected descriptor is no word.
                if ((word.Length > 0 || wasQuoted) && !(letter is '>' or '<' && word.ToString() is "1" or "2" or "3"))
                {
                    words.Add((word.ToString(), wasQuoted));
                }

                word.Clear();
                wasQuoted = false;
                if (ends)
                {
                    yield return words;
                    words = [];
                }
            }
            else if (letter == quote)
            {
                quote = '\0';
            }
            else if (quote is '\0' && letter is '"' or '\'')
            {
                (quote, wasQuoted) = (letter, true);
            }
            else
            {
                word.Append(letter);
            }
        }
    }

    [GeneratedRegex(
        @"^```(?<language>\w*)[^\n]*\n(?<content>.*?)^```$",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5_000
    )]
    private static partial Regex Block();

    [GeneratedRegex("`(?<code>[^`\n]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Code();
}
