namespace Keyhold.Storage.Audit;

/// <summary>
/// What a request is about to change. <paramref name="Event"/> holds the fields of its event as JSON, without the object's
/// closing brace. BegunAt is kept to the millisecond.
/// </summary>
/// <param name="Node">Whose change it is: a living node's are not another's to make up for.</param>
/// <param name="IsTampered">The row does not fit its HMAC: of what it says, only that it is there counts.</param>
public sealed record AuditIntentRow(
    string RequestId,
    string Node,
    DateTimeOffset BegunAt,
    byte[] Event,
    bool IsTampered = false
);
