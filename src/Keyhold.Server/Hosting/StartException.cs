namespace Keyhold.Server.Hosting;

/// <summary>Why Keyhold cannot start, and what the user can do about it. The message holds both.</summary>
public sealed class StartException(string reason, string remedy, Exception? cause = null)
    : Exception($"{reason} {remedy}".TrimEnd(), cause)
{
    public string Reason => reason;

    public string Remedy => remedy;

    /// <summary>Whether what was asked for can never be: an option with a wrong value, rather than a state of things.</summary>
    public bool IsUsage { get; private init; }

    /// <summary>A refusal of an option's value.</summary>
    public static StartException Usage(string reason, string remedy, Exception? cause = null) =>
        new(reason, remedy, cause) { IsUsage = true };
}
