namespace Keyhold.Cli;

/// <summary>
/// The command cannot be carried out as given: the message says what was found, what was expected and what to do.
/// Ends with <see cref="ExitCode.BadUsage"/>.
/// </summary>
internal sealed class UsageException(string message) : Exception(message);
