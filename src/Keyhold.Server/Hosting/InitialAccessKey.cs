namespace Keyhold.Server.Hosting;

/// <summary>The first access key: chosen by the user, or made at the first start and told once.</summary>
public sealed record InitialAccessKey(string AccessKeyId, string Secret)
{
    /// <summary>The secret stays out of logs that print records.</summary>
    public override string ToString() => $"{nameof(InitialAccessKey)} {{ AccessKeyId = {AccessKeyId} }}";
}
