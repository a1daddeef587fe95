namespace Keyhold.Server.Hosting;

/// <summary>A request's or a task's hold on what is unsealed. Dispose of it when the work is done.</summary>
internal sealed class UnsealedUse(Unsealed unsealed) : IDisposable
{
    private int returned;

    public OpenedFolder Folder => unsealed.Folder;

    public Parts Parts => unsealed.Parts;

    /// <summary>Cancelled when the server is being sealed.</summary>
    public CancellationToken Ending => unsealed.Ending;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref returned, 1) == 0)
        {
            unsealed.LetGo();
        }
    }
}
