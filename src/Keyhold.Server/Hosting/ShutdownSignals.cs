using System.Runtime.InteropServices;

namespace Keyhold.Server.Hosting;

/// <summary>
/// Waits for SIGTERM or SIGINT. Made before a server starts, so that no signal is lost between its first answer and
/// the wait; from then on the signals no longer end the process by themselves.
/// </summary>
public sealed class ShutdownSignals : IDisposable
{
    private readonly TaskCompletionSource signalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration terminate;
    private readonly PosixSignalRegistration interrupt;

    public ShutdownSignals()
    {
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Catch);
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Catch);
    }

    public Task WaitAsync() => signalled.Task;

    public void Dispose()
    {
        terminate.Dispose();
        interrupt.Dispose();
    }

    private void Catch(PosixSignalContext context)
    {
        context.Cancel = true;
        signalled.TrySetResult();
    }
}
