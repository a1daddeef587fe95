using Keyhold.Server.RootKeys;

namespace Keyhold.Cli.Commands.Sealing;

/// <summary>A rotation of the data key, for people.</summary>
internal static class RotationText
{
    public static string Of(RotationProgress rotation) =>
        rotation switch
        {
            { Failure: { } failure } => $"stopped after {Rows(rotation)}. {failure}",
            { IsFinished: false } => $"{Rows(rotation)} moved to the new data key",
            { LeftBehind.Count: > 0 } =>
                $"finished, {Rows(rotation)} moved. Left as they were, since they fail their HMAC: "
                    + string.Join(", ", rotation.LeftBehind),
            _ => $"finished, {Rows(rotation)} moved",
        };

    private static string Rows(RotationProgress rotation) => $"{rotation.Done} of {rotation.Total} rows";
}
