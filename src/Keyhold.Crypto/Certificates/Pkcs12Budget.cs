using System.Globalization;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// What a foreign file may cost: all its key derivations together at most a million rounds (about half a second), counted
/// before any of them runs. Current programs write 2,000 to 600,000.
/// </summary>
internal sealed class Pkcs12Budget
{
    public const int MaximumIterations = 1_000_000;

    private int left = MaximumIterations;

    public void Spend(ReadOnlySpan<byte> iterations)
    {
        var count =
            iterations.Length is > 0 and <= 4 && (iterations[0] & 0x80) == 0 ? ToInt32(iterations) : int.MaxValue;
        if (count < 1 || count > left)
        {
            throw new Pkcs12Exception(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the key derivations of the file need more than {MaximumIterations} iterations in all, or a number that is not positive"
                ),
                "Export the file again with fewer iterations, for example openssl pkcs12 -export -iter 10000."
            );
        }
        left -= count;
    }

    public static int ToInt32(ReadOnlySpan<byte> bigEndian)
    {
        var value = 0;
        foreach (var digit in bigEndian)
        {
            value = (value << 8) | digit;
        }
        return value;
    }
}
