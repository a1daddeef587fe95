using System.Buffers;
using Keyhold.Storage.Audit;

namespace Keyhold.Server.Audit;

/// <summary>
/// Writes the chain into segments: begins them, signs checkpoints, closes them. Used by one thread at a time. Whatever
/// fails is undone, in memory as in the file.
/// </summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly TrailFolder folder;
    private readonly AuditOptions options;
    private readonly TimeProvider time;
    private readonly Func<AuditCheckpointRow, bool> keep;
    private readonly EventFields fields = new();
    private readonly ArrayBufferWriter<byte> buffer = new(64 * 1024);
    private readonly TrailChain chain;
    private SegmentFile? segment;
    private DateTimeOffset segmentStartedAt;
    private string? segmentKey;
    private AuditKey? key;
    private long checkpointSequence;
    private TornTail.Moved? torn;
    private string? damage;

    /// <summary>
    /// The tail's torn bytes are moved aside here; nothing is written before the first event. <paramref name="keep"/> keeps
    /// each checkpoint in the database, and says whether it could.
    /// </summary>
    public SegmentWriter(
        TrailFolder folder,
        TrailTail tail,
        AuditOptions options,
        TimeProvider time,
        Func<AuditCheckpointRow, bool> keep
    )
    {
        this.folder = folder;
        this.options = options;
        this.time = time;
        this.keep = keep;
        chain = new TrailChain(tail.Sequence, tail.Hash);
        damage = tail.Damage;
        torn = tail.Torn?.MoveAside(folder, tail.Sequence + 1) ?? TornTail.FindMoved(folder, tail.Sequence + 1);
        if (tail.Last is { } last)
        {
            segment = SegmentFile.Open(last.Segment);
            segmentStartedAt = last.StartedAt ?? time.GetUtcNow();
            segmentKey = last.Key;
            checkpointSequence = last.CheckpointSequence;
        }
    }

    private bool CanSign => key is not null && segment is not null && Names(key);

    /// <summary>Appends events, all or none. <paramref name="unwritten"/> says how many were lost to a failure before.</summary>
    public void Write(IEnumerable<TrailWork> events, long? unwritten)
    {
        Append(() =>
        {
            WriteWhatIsOwed(unwritten);
            foreach (var each in events)
            {
                if (!each.Fields.IsEmpty)
                {
                    chain.Append(buffer, each.Fields.Span);
                }
            }
        });
        torn = null;
        damage = null;
    }

    /// <summary>From here on checkpoints are signed by this key, or by none.</summary>
    public void UseKey(AuditKey? signer)
    {
        key = signer;
        if (signer is not null && segment is not null && !Names(signer))
        {
            // A segment names the key of its checkpoints in its first line.
            Close();
        }
    }

    /// <summary>Signs the chain as it stands, when there is anything new. False when the database did not keep it.</summary>
    public bool Checkpoint()
    {
        if (!CanSign || chain.Sequence <= checkpointSequence)
        {
            return false;
        }

        byte[] line = [];
        Append(() =>
        {
            var json = TrailControl.Begin(fields, TrailControl.Checkpoint, time.GetUtcNow());
            json.WriteString("auditKey", key!.Fingerprint);
            line = chain.AppendSigned(buffer, fields.Finish().Span, key);
        });
        checkpointSequence = chain.Sequence;
        return keep(new AuditCheckpointRow(TrailFolder.Node, chain.Sequence, line));
    }

    public void CloseWhenFull()
    {
        if (segment?.Length >= options.SegmentBytes)
        {
            Checkpoint();
            Close();
        }
    }

    public void CloseWhenOld()
    {
        if (segment is not null && time.GetUtcNow() - segmentStartedAt >= options.SegmentAge)
        {
            Checkpoint();
            Close();
        }
    }

    /// <summary>Deletes what the options no longer keep; only after a signed line says so.</summary>
    public void Retire()
    {
        var retirement = TrailRetirement.Plan(folder, segment?.Segment, options, time.GetUtcNow());
        if (retirement is null || key is null)
        {
            return;
        }

        Append(() => chain.Append(buffer, retirement.Fields(fields, time.GetUtcNow()).Span));
        if (Checkpoint())
        {
            retirement.Delete();
        }
    }

    public void Dispose()
    {
        Close();
        fields.Dispose();
    }

    private void Append(Action write)
    {
        buffer.ResetWrittenCount();
        chain.Remember();
        var begun = segment is null;
        try
        {
            if (begun)
            {
                Begin();
            }

            write();
            if (buffer.WrittenCount > 0)
            {
                segment!.Append(buffer.WrittenSpan, options.Durability == AuditDurability.Disk);
            }
        }
        catch
        {
            chain.GoBack();
            if (begun)
            {
                Abandon();
            }

            throw;
        }
    }

    private void Begin()
    {
        folder.Create();
        segmentStartedAt = time.GetUtcNow();
        segmentKey = key?.Fingerprint;
        segment = SegmentFile.Create(folder.SegmentFrom(chain.Sequence + 1));
        var json = TrailControl.Begin(fields, TrailControl.StartSegment, segmentStartedAt);
        json.WriteNumber("trailVersion", 1);
        if (key is not null)
        {
            json.WriteString("auditKey", key.Fingerprint);
            json.WriteString("auditPublicKey", Convert.ToBase64String(key.PublicKey.SubjectPublicKeyInfo.Span));
        }

        chain.Append(buffer, fields.Finish().Span);
    }

    private void WriteWhatIsOwed(long? unwritten)
    {
        if (damage is not null)
        {
            var json = TrailControl.Begin(fields, TrailControl.ReportDamage, time.GetUtcNow());
            json.WriteString("damage", damage);
            chain.Append(buffer, fields.Finish().Span);
        }

        if (torn is not null)
        {
            var json = TrailControl.Begin(fields, TrailControl.CloseTornTail, time.GetUtcNow());
            json.WriteString("tornFile", torn.Name);
            json.WriteNumber("tornBytes", torn.Bytes);
            json.WriteString("tornHash", TrailLine.Hex(torn.Hash));
            chain.Append(buffer, fields.Finish().Span);
        }

        if (unwritten is { } count)
        {
            var json = TrailControl.Begin(fields, TrailControl.ResumeWriting, time.GetUtcNow());
            json.WriteNumber("unwrittenEvents", count);
            chain.Append(buffer, fields.Finish().Span);
        }
    }

    /// <summary>A segment without a line is none.</summary>
    private void Abandon()
    {
        if (segment is { Length: 0 } empty)
        {
            Close();
            File.Delete(empty.Segment.File);
        }
    }

    private bool Names(AuditKey signer) => string.Equals(segmentKey, signer.Fingerprint, StringComparison.Ordinal);

    private void Close()
    {
        segment?.Dispose();
        segment = null;
    }
}
