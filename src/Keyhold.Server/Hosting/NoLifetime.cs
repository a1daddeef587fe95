using Microsoft.Extensions.Hosting;

namespace Keyhold.Server.Hosting;

/// <summary>Keeps the host from catching signals: who starts a server decides when it ends.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
