namespace Keyhold.Storage.Resealing;

/// <summary>How far a pass over all tables has come.</summary>
public sealed record ResealPlace(int Table, long AfterRow)
{
    public static readonly ResealPlace Start = new(0, long.MinValue);
}
