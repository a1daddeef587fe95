using System.Buffers;

namespace Keyhold.Cli.Output;

/// <summary>One word of a command that a message suggests, quoted where a POSIX shell would read it as something else.</summary>
internal static class ShellWord
{
    private static readonly SearchValues<char> Harmless = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=:,./@%"
    );

    public static string Of(string text) =>
        text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Harmless)
            ? text
            : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
