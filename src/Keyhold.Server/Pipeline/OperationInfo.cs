namespace Keyhold.Server.Pipeline;

/// <summary>What the pipeline must know of an operation before it runs.</summary>
/// <param name="Name">The API's action, which is the class's name too.</param>
/// <param name="Effect">What the operation does; decides on replay rules and on the right to use a private key.</param>
internal sealed record OperationInfo(string Name, Effect Effect)
{
    private readonly string service = "kms";

    /// <summary>The service that has the operation at Alibaba: kms, or ram for users, access keys and policies.</summary>
    public string Service
    {
        get => service;
        init => (service, AccessAction) = (value, $"{value}:{Name}");
    }

    /// <summary>The parameters whose values the audit trail shows.</summary>
    public IReadOnlyList<string> Audited { get; init; } = [];

    /// <summary>
    /// The parameters that are secret, or as good as: the audit trail has their names alone. A parameter of neither kind
    /// is unknown and does not appear.
    /// </summary>
    public IReadOnlyList<string> Withheld { get; init; } = [];

    /// <summary>The RAM action that a caller needs.</summary>
    public string AccessAction { get; private init; } = "kms:" + Name;

    /// <summary>Whether it needs no permission; a Deny still denies it.</summary>
    public bool IsForEverybody { get; init; }

    public bool UsesPrivateKey => Effect is Effect.UsesPrivateKey or Effect.UsesPrivateKeyAndChangesState;

    public bool ChangesState => Effect is Effect.ChangesState or Effect.UsesPrivateKeyAndChangesState;

    /// <summary>An operation that Alibaba's RAM has.</summary>
    public static OperationInfo OfRam(string name, Effect effect, params IReadOnlyList<string> audited) =>
        new(name, effect) { Service = "ram", Audited = audited };
}
