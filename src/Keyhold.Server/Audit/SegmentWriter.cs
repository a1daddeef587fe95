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

    /// <summary>Where the trail ended when it was opened. From there on this process holds the chain in its own memory.</summary>
    private readonly (long Sequence, string Hash) found;

    private SegmentFile? segment;
    private DateTimeOffset segmentStartedAt;
    private string? segmentKey;
    private AuditKey? key;

    /// <summary>Public, and so named by new segments also while the trail is sealed; null before the key was ever made.</summary>
    private byte[]? publicKey;
    private long checkpointSequence;
    private bool needsCheckpoint;
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
        found = tail.Damage is null ? (tail.Sequence, TrailLine.Hex(tail.Hash)) : (0, "");
        publicKey = tail.PublicKey;
        checkpointSequence = tail.CheckpointSequence;
        torn = tail.Torn?.MoveAside(folder, tail.Sequence + 1) ?? TornTail.FindMoved(folder, tail.Sequence + 1);
        if (tail.Last is { } last)
        {
            segment = SegmentFile.Open(last.Segment);
            segmentStartedAt = last.StartedAt ?? time.GetUtcNow();
            segmentKey = last.Key;
        }
    }

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

    /// <summary>
    /// From here on checkpoints are signed by this key, or by none. What was found behind the last checkpoint that the
    /// database knows was in nobody's hands: a line says what is taken over, and a checkpoint follows at once.
    /// </summary>
    public void UseKey(AuditKey? signer)
    {
        key = signer;
        if (signer is null)
        {
            return;
        }

        publicKey = signer.PublicKey.SubjectPublicKeyInfo.ToArray();
        if (segment is not null && !Names(signer))
        {
            // A segment names the key of its checkpoints in its first line.
            Close();
        }

        if (checkpointSequence == 0 || found.Sequence > checkpointSequence || damage is not null)
        {
            needsCheckpoint = true;
            Checkpoint();
        }

        if (checkpointSequence == 0)
        {
            throw new IOException("the database does not keep the first checkpoint of the audit key.");
        }
    }

    /// <summary>Signs the chain as it stands, when there is anything new. False when the database did not keep it.</summary>
    public bool Checkpoint()
    {
        var hasNew = segment is not null && chain.Sequence > checkpointSequence;
        if (key is null || !(needsCheckpoint || hasNew))
        {
            return false;
        }

        byte[] line = [];
        Append(() =>
        {
            if (needsCheckpoint)
            {
                WriteWhatIsOwed(unwritten: null);
                WriteAdoption();
            }

            var json = TrailControl.Begin(fields, folder.Node, TrailControl.Checkpoint, time.GetUtcNow());
            json.WriteString("auditKey", key.Fingerprint);
            line = chain.AppendSigned(buffer, fields.Finish().Span, key);
        });
        if (needsCheckpoint)
        {
            torn = null;
            damage = null;
            needsCheckpoint = false;
        }

        // The database is durable: it must know no checkpoint that a loss of power takes from the trail.
        segment!.Flush();
        var isFirst = checkpointSequence == 0;
        var isKept = keep(new AuditCheckpointRow(folder.Node, chain.Sequence, line));
        if (isKept || !isFirst)
        {
            checkpointSequence = chain.Sequence;
        }

        return isKept;
    }

    /// <summary>Puts on the disk what has been written so far.</summary>
    public void Flush() => segment?.Flush();

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
        segmentKey = publicKey is null ? null : AuditKey.FingerprintOf(publicKey);
        segment = SegmentFile.Create(folder.SegmentFrom(chain.Sequence + 1));
        var json = TrailControl.Begin(fields, folder.Node, TrailControl.StartSegment, segmentStartedAt);
        json.WriteNumber("trailVersion", 1);
        if (publicKey is not null)
        {
            json.WriteString("auditKey", segmentKey);
            json.WriteString("auditPublicKey", Convert.ToBase64String(publicKey));
        }

        chain.Append(buffer, fields.Finish().Span);
    }

    private void WriteWhatIsOwed(long? unwritten)
    {
        if (damage is not null)
        {
            var json = TrailControl.Begin(fields, folder.Node, TrailControl.ReportDamage, time.GetUtcNow());
            json.WriteString("damage", damage);
            chain.Append(buffer, fields.Finish().Span);
        }

        if (torn is not null)
        {
            var json = TrailControl.Begin(fields, folder.Node, TrailControl.CloseTornTail, time.GetUtcNow());
            json.WriteString("tornFile", torn.Name);
            json.WriteNumber("tornBytes", torn.Bytes);
            json.WriteString("tornHash", TrailLine.Hex(torn.Hash));
            chain.Append(buffer, fields.Finish().Span);
        }

        if (unwritten is { } count)
        {
            var json = TrailControl.Begin(fields, folder.Node, TrailControl.ResumeWriting, time.GetUtcNow());
            json.WriteNumber("unwrittenEvents", count);
            chain.Append(buffer, fields.Finish().Span);
        }
    }

    private void WriteAdoption()
    {
        if (found.Sequence <= checkpointSequence)
        {
            return;
        }

        var json = TrailControl.Begin(fields, folder.Node, TrailControl.AdoptUnsigned, time.GetUtcNow());
        json.WriteNumber("fromSequence", checkpointSequence + 1);
        json.WriteNumber("toSequence", found.Sequence);
        json.WriteString("hash", found.Hash);
        chain.Append(buffer, fields.Finish().Span);
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
        try
        {
            segment?.Flush();
        }
        finally
        {
            segment?.Dispose();
            segment = null;
        }
    }
}
