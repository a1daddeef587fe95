namespace Keyhold.Server.Tests.Operations;

/// <summary>A fresh Keyhold and a scenario for each test.</summary>
public abstract class OperationTest : IAsyncLifetime
{
    private protected KeyholdUnderTest Keyhold { get; private set; } = null!;

    private protected Scenario Scenario { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Keyhold = await KeyholdUnderTest.StartAsync();
        Scenario = new Scenario(Keyhold);
    }

    public async ValueTask DisposeAsync()
    {
        Scenario.Dispose();
        await Keyhold.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
