using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Keyhold.Tests.Fuzzing;

/// <summary>
/// Broken inputs in, a result or the part's own exception out, soon. A failure tells the seed of its input:
/// KEYHOLD_FUZZ_SEED=... runs that one input first.
/// </summary>
internal static class Fuzz
{
    private const string SeedVariable = "KEYHOLD_FUZZ_SEED";

    /// <summary>Far above what any input takes here, far below what a request may cost: for loops without an end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static void Run(int inputs, IReadOnlyList<byte[]> good, Action<byte[]> read, params Type[] refusals) =>
        RunAsync(
                inputs,
                good,
                input =>
                {
                    read(input);
                    return Task.CompletedTask;
                },
                refusals
            )
            .GetAwaiter()
            .GetResult();

    public static async Task RunAsync(
        int inputs,
        IReadOnlyList<byte[]> good,
        Func<byte[], Task> read,
        params Type[] refusals
    )
    {
        var first = Environment.GetEnvironmentVariable(SeedVariable) is { } given
            ? ulong.Parse(given, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        for (var index = 0; index < inputs; index++)
        {
            var seed = first + (ulong)index;
            var input = new Mutator(seed, good).Next();
            var started = Stopwatch.GetTimestamp();
            try
            {
                await read(input);
            }
            catch (Exception refusal) when (refusals.Contains(refusal.GetType()))
            {
                Assert.NotEmpty(refusal.Message);
            }
            catch (Exception failure)
            {
                Assert.Fail($"{SeedVariable}={seed:X16} {failure.GetType()}: {failure}\n{Convert.ToHexString(input)}");
            }

            var elapsed = Stopwatch.GetElapsedTime(started);
            Assert.True(elapsed < Patience, $"{SeedVariable}={seed:X16} took {elapsed}: {Convert.ToHexString(input)}");
        }
    }
}
