namespace Keyhold.Server.Tests.Faults;

/// <summary>
/// The tests with nodes under load run one after the other: two of them at once would test how busy the machine is.
/// </summary>
[CollectionDefinition(Name)]
public sealed class FaultsInTurn
{
    public const string Name = "Faults";
}
