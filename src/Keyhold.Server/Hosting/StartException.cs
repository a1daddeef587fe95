namespace Keyhold.Server.Hosting;

/// <summary>Why Keyhold cannot start, and what the user can do about it. The message holds both.</summary>
public sealed class StartException(string reason, string remedy, Exception? cause = null)
    : Exception($"{reason} {remedy}", cause)
{
    public string Reason => reason;

    public string Remedy => remedy;
}
