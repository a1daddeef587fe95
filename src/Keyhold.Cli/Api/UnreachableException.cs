namespace Keyhold.Cli.Api;

/// <summary>No answer came, or none that a KMS would give: the message names the endpoint, the cause and the remedy.</summary>
internal sealed class UnreachableException(string message, Exception? cause = null) : Exception(message, cause);
