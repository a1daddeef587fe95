namespace Keyhold.Tests.Fuzzing;

/// <summary>
/// Makes broken variants of good inputs. The same seed makes the same variants, on every machine (SplitMix64).
/// </summary>
internal sealed class Mutator(ulong seed, IReadOnlyList<byte[]> good)
{
    /// <summary>Bytes that are borders: of lengths, signs, tags and texts.</summary>
    private static readonly byte[] Interesting =
    [
        0x00,
        0x01,
        0x02,
        0x05,
        0x30,
        0x7F,
        0x80,
        0x81,
        0x84,
        0xA0,
        0xFE,
        0xFF,
    ];

    private ulong state = seed;

    public byte[] Next()
    {
        var bytes = good[Below(good.Count)].ToArray();
        var changes = 1 + Below(4);
        for (var change = 0; change < changes; change++)
        {
            bytes = Changed(bytes);
        }

        return bytes;
    }

    private byte[] Changed(byte[] bytes)
    {
        var at = Below(bytes.Length + 1);
        var length = Math.Min(1 + Below(16), bytes.Length - at);
        switch (Below(9))
        {
            case 0:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 1:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 2:
                return bytes[..at];
            case 3:
                return [.. bytes[..at], Interesting[Below(Interesting.Length)], .. bytes[at..]];
            case 4:
                // A piece of another good input, where it does not belong.
                var other = good[Below(good.Count)];
                var from = Below(other.Length + 1);
                var piece = other[from..Math.Min(other.Length, from + 1 + Below(64))];
                return [.. bytes[..at], .. piece, .. bytes[(at + length)..]];
            case 5 when at < bytes.Length:
                bytes[at] = Interesting[Below(Interesting.Length)];
                return bytes;
            case 6 when at < bytes.Length:
                bytes[at] = (byte)Below(256);
                return bytes;
            case 7 when at < bytes.Length:
                bytes[at] += (byte)(Below(2) == 0 ? 1 : 255);
                return bytes;
            default:
                if (at < bytes.Length)
                {
                    bytes[at] ^= (byte)(1 << Below(8));
                }

                return bytes;
        }
    }

    private int Below(int bound)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)((mixed ^ (mixed >> 31)) % (ulong)bound);
    }
}
