namespace Keyhold.Storage;

/// <summary>The few texts in which the databases differ: a store puts them into its statement and runs the same on all.</summary>
/// <param name="Contains">
/// A condition from a text column and a parameter: the text, its ASCII letters in lower case, contains the parameter.
/// </param>
/// <param name="IsAmong">
/// A condition from a text column and a parameter: the text is one of those in the parameter, between commas.
/// </param>
internal sealed record Dialect(Func<string, string, string> Contains, Func<string, string, string> IsAmong);
