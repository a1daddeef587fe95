namespace Keyhold.Server.RootKeys;

/// <summary>
/// How far a rotation of the data key has come, in rows. <paramref name="LeftBehind"/> names rows that fail their HMAC
/// and so stay as they are. <paramref name="Failure"/> says why it stopped before its end.
/// </summary>
public sealed record RotationProgress(
    long Done,
    long Total,
    IReadOnlyList<string> LeftBehind,
    bool IsFinished,
    string? Failure = null
);
