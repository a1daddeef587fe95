using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Keys;

public class KeyPoolTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("RSA_2048")]
    [InlineData("EC_P256")]
    [InlineData("EC_SM2")]
    public async Task Gives_a_key_of_the_spec_asked_for(string name)
    {
        Assert.True(KeySpec.TryParse(name, out var spec));
        using var pool = new KeyPool(1);
        using PrivateKey key = await pool.TakeAsync(spec, Stop);
        Assert.Equal(spec, key.Spec);
    }

    [Fact]
    public async Task Never_gives_the_same_key_twice()
    {
        using var pool = new KeyPool(2);
        PrivateKey[] keys = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => pool.TakeAsync(KeySpec.Rsa2048, Stop).AsTask())
        );
        Assert.Equal(6, keys.Select(key => key.PublicKey.Pem).Distinct(StringComparer.Ordinal).Count());
        Array.ForEach(keys, key => key.Dispose());
    }

    [Fact]
    public async Task Fills_itself_up_to_its_size_and_again_after_a_key_was_taken()
    {
        using var pool = new KeyPool(2);
        await Until(() => pool.RsaKeysReady == 2);
        ValueTask<PrivateKey> taken = pool.TakeAsync(KeySpec.Rsa2048, Stop);
        Assert.True(taken.IsCompletedSuccessfully);
        (await taken).Dispose();
        await Until(() => pool.RsaKeysReady == 2);
    }

    [Fact]
    public async Task An_empty_pool_makes_the_key_when_asked()
    {
        using var pool = new KeyPool(0);
        using PrivateKey key = await pool.TakeAsync(KeySpec.Rsa2048, Stop);
        Assert.Equal(0, pool.RsaKeysReady);
        Assert.NotEmpty(key.Sign(SigningAlgorithm.RsaPssSha256, MessageType.Raw, [1]));
    }

    [Fact]
    public async Task A_disposed_pool_keeps_and_gives_no_key()
    {
        var pool = new KeyPool(1);
        await Until(() => pool.RsaKeysReady == 1);
        pool.Dispose();
        pool.Dispose();
        Assert.Equal(0, pool.RsaKeysReady);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await pool.TakeAsync(KeySpec.EcP256, Stop));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await pool.TakeAsync(KeySpec.Rsa2048, Stop));
    }

    [Fact]
    public async Task A_cancelled_take_takes_nothing()
    {
        using var pool = new KeyPool(1);
        await Until(() => pool.RsaKeysReady == 1);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await pool.TakeAsync(KeySpec.Rsa2048, cancelled)
        );
        Assert.Equal(1, pool.RsaKeysReady);
    }

    [Fact]
    public void A_negative_size_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new KeyPool(-1));

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Stop);
        }
    }
}
