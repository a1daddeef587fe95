using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations;

/// <summary>A fresh Keyhold and a scenario for each test, on either kind of database.</summary>
public abstract class OperationTest(DatabaseKind kind = DatabaseKind.Sqlite) : IAsyncLifetime
{
    private protected KeyholdUnderTest Keyhold { get; private set; } = null!;

    private protected Scenario Scenario { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Keyhold = await KeyholdUnderTest.StartAsync(kind: kind);
        Scenario = new Scenario(Keyhold);
    }

    public async ValueTask DisposeAsync()
    {
        Scenario.Dispose();
        await Keyhold.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
