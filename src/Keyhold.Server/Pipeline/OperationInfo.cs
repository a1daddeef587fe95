namespace Keyhold.Server.Pipeline;

/// <summary>What the pipeline must know of an operation before it runs.</summary>
/// <param name="Name">The API's action, which is the class's name too.</param>
/// <param name="Effect">What the operation does; decides on replay rules and on the right to use a private key.</param>
internal sealed record OperationInfo(string Name, Effect Effect)
{
    /// <summary>The parameters whose values the audit trail shows.</summary>
    public IReadOnlyList<string> Audited { get; init; } = [];

    /// <summary>
    /// The parameters that are secret, or as good as: the audit trail has their names alone. A parameter of neither kind
    /// is unknown and does not appear.
    /// </summary>
    public IReadOnlyList<string> Withheld { get; init; } = [];

    /// <summary>The RAM action that a caller needs.</summary>
    public string AccessAction { get; } = "kms:" + Name;

    public bool UsesPrivateKey => Effect is Effect.UsesPrivateKey or Effect.UsesPrivateKeyAndChangesState;

    public bool ChangesState => Effect is Effect.ChangesState or Effect.UsesPrivateKeyAndChangesState;
}
