using System.Diagnostics;

namespace Keyhold.Server.Audit;

/// <summary>What waits in the trail's queue: the fields of an event, or something to be done between two batches.</summary>
internal sealed class TrailWork
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly long since = Stopwatch.GetTimestamp();

    private TrailWork(ReadOnlyMemory<byte> fields, Action? control)
    {
        Fields = fields;
        Control = control;
    }

    /// <summary>Empty for a trial whether anything can be written.</summary>
    public ReadOnlyMemory<byte> Fields { get; }

    public Action? Control { get; }

    /// <summary>When it began to wait, by <see cref="Stopwatch"/>.</summary>
    public long Since => since;

    public Task Done => done.Task;

    public static TrailWork Event(ReadOnlyMemory<byte> fields) => new(fields, control: null);

    public static TrailWork Trial() => new(ReadOnlyMemory<byte>.Empty, control: null);

    public static TrailWork Between(Action control) => new(ReadOnlyMemory<byte>.Empty, control);

    public void Succeed() => done.SetResult();

    public void Fail(Exception exception) => done.SetException(exception);
}
