namespace Keyhold.Server.Hosting;

/// <summary>The first access key: chosen by the user, or made at the first start and told once.</summary>
public sealed record InitialAccessKey(string AccessKeyId, string Secret)
{
    private const int MaximumLength = 128;

    /// <summary>The secret stays out of logs that print records.</summary>
    public override string ToString() => $"{nameof(InitialAccessKey)} {{ AccessKeyId = {AccessKeyId} }}";

    /// <summary>Refuses an id that no Authorization header can hold, and lengths out of bounds.</summary>
    internal void RequireUsable()
    {
        if (
            AccessKeyId.Length is 0 or > MaximumLength
            || AccessKeyId.Any(character => character is <= ' ' or > '~' or ',' or '=')
        )
        {
            throw new StartException(
                "The access key id is not usable.",
                $"Give KEYHOLD_ACCESS_KEY_ID at most {MaximumLength} printable ASCII characters without blank, comma and equals sign."
            );
        }

        if (Secret.Length is 0 or > MaximumLength)
        {
            throw new StartException(
                "The access key secret is not usable.",
                $"Give KEYHOLD_ACCESS_KEY_SECRET 1 to {MaximumLength} characters."
            );
        }
    }
}
