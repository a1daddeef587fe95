using System.CommandLine;

namespace Keyhold.Cli.Commands;

/// <summary>A command whose --help ends with commands to type as they stand.</summary>
internal sealed class CommandWithExamples(string name, string description, string examples) : Command(name, description)
{
    public string Examples { get; } = examples;
}
