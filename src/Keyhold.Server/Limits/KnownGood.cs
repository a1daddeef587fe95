namespace Keyhold.Server.Limits;

/// <summary>
/// Which access keys have signed well from which sources: the last 65,536 or so, as hashes. A forgotten or mistaken one
/// costs or gives no right, only a place before the queue of <see cref="FailedSignatures"/>.
/// </summary>
internal sealed class KnownGood
{
    private const int Places = 1 << 16;

    private readonly int[] pairs = new int[Places];

    public void Remember(int pair)
    {
        ref var place = ref pairs[(ushort)pair];
        if (Volatile.Read(ref place) != pair)
        {
            Volatile.Write(ref place, pair);
        }
    }

    public bool Knows(int pair) => Volatile.Read(ref pairs[(ushort)pair]) == pair;
}
