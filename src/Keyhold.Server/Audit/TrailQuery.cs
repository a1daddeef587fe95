namespace Keyhold.Server.Audit;

/// <summary>Reads events out of a trail, which it does not verify, oldest first; also while a server writes to it.</summary>
public static class TrailQuery
{
    /// <summary>
    /// The last <paramref name="limit"/> events that fit, and how many fit at all.
    /// <see cref="TrailUnreadableException"/> when there is no trail.
    /// </summary>
    public static (IReadOnlyList<TrailEvent> Events, long Fitting) Run(string folder, TrailFilter filter, int limit)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var last = new Queue<TrailEvent>();
        long fitting = 0;
        try
        {
            foreach (var segment in TrailPlace.Of(folder, withAnchor: false).Folder.Segments())
            {
                using var reader = new SegmentReader(segment);
                while (reader.Read())
                {
                    if (TrailEvent.TryParse(reader.Line) is not { } each || !filter.Fits(each))
                    {
                        continue;
                    }

                    fitting++;
                    last.Enqueue(each);
                    if (last.Count > limit)
                    {
                        last.Dequeue();
                    }
                }
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new TrailUnreadableException(
                $"The audit trail in {folder} cannot be read: {unreadable.Message}",
                unreadable
            );
        }

        return ([.. last], fitting);
    }
}
