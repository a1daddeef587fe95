namespace Keyhold.Cli.Input;

/// <summary>A clock that stands still: what is judged as of another day.</summary>
internal sealed class FixedTime(DateTimeOffset at) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => at;
}
