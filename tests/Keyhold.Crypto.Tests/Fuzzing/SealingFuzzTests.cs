using System.Security.Cryptography;
using Keyhold.Crypto.Sealing;
using Keyhold.Tests.Fuzzing;

namespace Keyhold.Crypto.Tests.Fuzzing;

/// <summary>Whatever was changed about something sealed: it does not open, and says so.</summary>
public class SealingFuzzTests
{
    private static readonly SealContext Context = new("certificate-private-key", "1000000000000001", "row-1");

    [Fact]
    public void Sealed_blobs()
    {
        using var root = NewRoot();
        var (ring, _) = KeyRing.Create(root, default);
        using (ring)
        {
            byte[][] good =
            [
                ring.Seal(Context, "a secret"u8),
                ring.Seal(Context, new byte[200]),
                ring.Seal(Context, []),
            ];
            Fuzz.Run(
                20_000,
                good,
                blob =>
                {
                    var opened = ring.Open(Context, blob);
                    Assert.Contains(good, whole => whole.AsSpan().SequenceEqual(blob));
                    CryptographicOperations.ZeroMemory(opened);
                },
                typeof(SealException)
            );
        }
    }

    [Fact]
    public void Rings()
    {
        using var root = NewRoot();
        var (ring, stored) = KeyRing.Create(root, default);
        ring.Dispose();
        var good = stored.SealedKey.ToArray();
        Fuzz.Run(
            10_000,
            [good],
            wrapped =>
            {
                using var opened = KeyRing.Open(root, [stored with { SealedKey = wrapped }]);
                Assert.Equal(good, wrapped);
            },
            typeof(SealException)
        );
    }

    [Fact]
    public void Root_key_files()
    {
        var good = RootKeyText.Write(RandomNumberGenerator.GetBytes(32));
        Fuzz.Run(
            10_000,
            [good],
            text =>
            {
                Span<byte> key = stackalloc byte[32];
                if (RootKeyText.TryRead(text, key) is { } reason)
                {
                    Assert.NotEmpty(reason);
                }
                else
                {
                    Assert.Equal(good, text);
                }
            }
        );
    }

    private static FileRootKey NewRoot() => new(RandomNumberGenerator.GetBytes(32));
}
