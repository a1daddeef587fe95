namespace Keyhold.Protocol.Signing;

/// <summary>
/// A set of random 64-bit values by open addressing, 10 to 15 bytes each: HashSet takes twice that. Values are outputs
/// of a keyed hash, so nobody outside can make them collide.
/// </summary>
internal sealed class FingerprintSet
{
    private const int FirstSize = 16;

    // Zero marks a free slot; the value zero is stored as one, which loses one bit in 2^64.
    private ulong[] slots = new ulong[FirstSize];

    public int Count { get; private set; }

    public bool Contains(ulong value)
    {
        var stored = Math.Max(value, 1);
        for (var slot = First(stored, slots.Length); slots[slot] != 0; slot = Next(slot, slots.Length))
        {
            if (slots[slot] == stored)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The value must not be in the set yet.</summary>
    public void Add(ulong value)
    {
        // At four fifths full a search for an absent value still takes only a dozen neighbouring slots.
        if ((Count + 1L) * 5 > slots.Length * 4L)
        {
            Grow();
        }

        Place(slots, Math.Max(value, 1));
        Count++;
    }

    private void Grow()
    {
        var larger = new ulong[slots.Length + (slots.Length / 2)];
        foreach (var value in slots)
        {
            if (value != 0)
            {
                Place(larger, value);
            }
        }

        slots = larger;
    }

    private static void Place(ulong[] slots, ulong value)
    {
        var slot = First(value, slots.Length);
        while (slots[slot] != 0)
        {
            slot = Next(slot, slots.Length);
        }

        slots[slot] = value;
    }

    private static int First(ulong value, int size) => (int)Math.BigMul(value, (ulong)size, out _);

    private static int Next(int slot, int size) => slot + 1 == size ? 0 : slot + 1;
}
