using System.Security.Cryptography;
using Keyhold.Crypto.Sealing;

namespace Keyhold.Crypto.Tests.Sealing;

public class KeyRingTests
{
    private static readonly SealContext Context = new("certificate-private-key", "1000000000000001", "row-1");
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_ring_opens_what_it_sealed_before_it_was_stored()
    {
        using FileRootKey root = NewRoot();
        (KeyRing ring, SealedRingKey stored) = KeyRing.Create(root, Now);
        byte[] blob = ring.Seal(Context, "a secret"u8);
        ring.Dispose();

        using KeyRing again = KeyRing.Open(root, [stored]);
        Assert.Equal("a secret"u8.ToArray(), again.Open(Context, blob));
        Assert.Equal((1, Now, root.Id), (stored.Id, stored.CreatedAt, stored.RootKeyId));
        Assert.Equal(stored.Id, again.CurrentKeyId);
    }

    [Fact]
    public void New_secrets_use_the_newest_key_and_old_ones_still_open()
    {
        using var old = new KeyRing([new RingKey(1, Key(1))]);
        byte[] before = old.Seal(Context, "old"u8);
        using var ring = new KeyRing([new RingKey(2, Key(2)), new RingKey(1, Key(1))]);
        byte[] after = ring.Seal(Context, "new"u8);
        Assert.Equal(2, ring.CurrentKeyId);
        Assert.Equal("old"u8.ToArray(), ring.Open(Context, before));
        Assert.Equal("new"u8.ToArray(), ring.Open(Context, after));
        Refuses(SealFailure.UnknownKey, "id 2", () => old.Open(Context, after));
    }

    [Fact]
    public void Another_ring_does_not_open_a_blob()
    {
        using var one = new KeyRing([new RingKey(1, Key(1))]);
        using var other = new KeyRing([new RingKey(1, Key(2))]);
        byte[] blob = one.Seal(Context, "a secret"u8);
        Refuses(SealFailure.DamagedOrMoved, "row-1", () => other.Open(Context, blob));
    }

    [Fact]
    public void The_reason_for_not_opening_is_named()
    {
        using var ring = new KeyRing([new RingKey(1, Key(1))]);
        byte[] blob = ring.Seal(Context, "a secret"u8);
        byte[] changed = [.. blob];
        changed[^1] ^= 1;
        byte[] newer = [.. blob];
        newer[3] = 2;
        Refuses(SealFailure.DamagedOrMoved, "was changed", () => ring.Open(Context, changed));
        Refuses(SealFailure.DamagedOrMoved, "another", () => ring.Open(Context with { Owner = "2" }, blob));
        Refuses(SealFailure.NotSealed, "newer", () => ring.Open(Context, newer));
        Refuses(SealFailure.NotSealed, "cut off", () => ring.Open(Context, blob.AsSpan(0, 30).ToArray()));
        Refuses(SealFailure.NotSealed, "row-1", () => ring.Open(Context, "a secret"u8.ToArray()));
    }

    [Fact]
    public void Another_root_key_is_named_with_both_ids()
    {
        using FileRootKey root = NewRoot();
        using FileRootKey other = NewRoot();
        (KeyRing ring, SealedRingKey stored) = KeyRing.Create(root, Now);
        ring.Dispose();
        Refuses(SealFailure.WrongRootKey, root.Id, () => KeyRing.Open(other, [stored]));
        Refuses(SealFailure.WrongRootKey, other.Id, () => KeyRing.Open(other, [stored]));
        SealedRingKey forged = stored with { RootKeyId = other.Id };
        Refuses(SealFailure.DamagedOrMoved, "does not open", () => KeyRing.Open(other, [forged]));
    }

    [Fact]
    public void A_stored_key_that_was_changed_renumbered_or_cut_off_is_refused()
    {
        using FileRootKey root = NewRoot();
        (KeyRing ring, SealedRingKey stored) = KeyRing.Create(root, Now);
        ring.Dispose();
        byte[] wrapped = stored.SealedKey.ToArray();
        for (int place = 0; place < wrapped.Length; place++)
        {
            byte[] changed = [.. wrapped];
            changed[place] ^= 1;
            Assert.Throws<SealException>(() => KeyRing.Open(root, [stored with { SealedKey = changed }]));
        }

        Refuses(SealFailure.DamagedOrMoved, "another id", () => KeyRing.Open(root, [stored with { Id = 2 }]));
        Refuses(SealFailure.DamagedOrMoved, "Key 2 of the ring", () => KeyRing.Open(root, [stored with { Id = 2 }]));
        Refuses(
            SealFailure.DamagedOrMoved,
            "Key 1 of the ring",
            () => KeyRing.Open(root, [stored with { CreatedAt = Now.AddMilliseconds(1) }])
        );
        Refuses(
            SealFailure.NotSealed,
            "cut off",
            () => KeyRing.Open(root, [stored with { SealedKey = wrapped.AsMemory(0, 20) }])
        );
        byte[] shortKey = root.Wrap(KeyRing.ContextOf(1, Now), new byte[16]);
        Refuses(
            SealFailure.DamagedOrMoved,
            "16 bytes",
            () => KeyRing.Open(root, [stored with { SealedKey = shortKey }])
        );
        Refuses(SealFailure.UnknownKey, "no key", () => KeyRing.Open(root, []));
    }

    [Fact]
    public void Two_keys_with_one_id_are_refused() =>
        Assert.Throws<ArgumentException>(() => new KeyRing([new RingKey(1, Key(1)), new RingKey(1, Key(2))]));

    // Never to change: these bytes stand in every row.
    [Fact]
    public void The_MAC_of_a_row_is_these_bytes_for_ever()
    {
        using var ring = new KeyRing([new RingKey(7, Key(0))]);
        byte[] mac = new byte[KeyRing.MacSize];
        ring.Authenticate(7, "a row"u8, mac);
        Assert.Equal("79b2c3e6d2bb4462a702d873372207682d58195d18a663622aefd8022565c0cd", Convert.ToHexStringLower(mac));
    }

    // Never to change: with another derivation no stored blob would open.
    [Fact]
    public void The_derived_sealing_key_is_these_bytes_for_ever()
    {
        using var key = new RingKey(7, Key(0));
        Assert.Equal(
            "3ce38813399be9bf8cf0137f11bee25e1b82ea1369403af19dceaf35566e27cc",
            Convert.ToHexStringLower(key.SealingKey)
        );
    }

    [Fact]
    public void Rows_keys_and_rings_have_MACs_of_their_own()
    {
        using var ring = new KeyRing([new RingKey(1, Key(1)), new RingKey(2, Key(2))]);
        byte[][] macs = [new byte[32], new byte[32], new byte[32]];
        ring.Authenticate(1, "a row"u8, macs[0]);
        ring.Authenticate(2, "a row"u8, macs[1]);
        ring.Authenticate(1, "a roW"u8, macs[2]);
        Assert.Equal(3, macs.Select(Convert.ToHexString).Distinct(StringComparer.Ordinal).Count());
        Refuses(SealFailure.UnknownKey, "holds 1, 2", () => ring.Authenticate(3, [], new byte[32]));
    }

    [Fact]
    public void Nothing_works_after_disposal()
    {
        using FileRootKey root = NewRoot();
        (KeyRing ring, SealedRingKey stored) = KeyRing.Create(root, Now);
        byte[] blob = ring.Seal(Context, "a secret"u8);
        ring.Dispose();
        ring.Dispose();
        Assert.Throws<ObjectDisposedException>(() => ring.Seal(Context, [1]));
        Assert.Throws<ObjectDisposedException>(() => ring.Open(Context, blob));
        Assert.Throws<ObjectDisposedException>(() => ring.Authenticate(1, [1], new byte[32]));
        root.Dispose();
        Assert.Throws<ObjectDisposedException>(() => KeyRing.Open(root, [stored]));
    }

    [Fact]
    public void A_key_of_the_first_version_still_opens_whatever_its_time()
    {
        // Root key 00..1f, ring key 80..9f, as versions before the second wrote it.
        using var root = new FileRootKey([.. Enumerable.Range(0, 32).Select(value => (byte)value)]);
        byte[] wrapped = Convert.FromHexString(
            "4b485701404142434445464748494a4b62382ca0a2b90184454d9dbd17e99dd4e957c0cf23a099b4efded47e0b8e73440ecfc92304698d70580277d1eb20511e"
        );
        using KeyRing ring = KeyRing.Open(root, [new SealedRingKey(1, wrapped, Now, root.Id)]);
        using var direct = new KeyRing([new RingKey(1, [.. Enumerable.Range(0x80, 32).Select(value => (byte)value)])]);
        Assert.Equal("x"u8.ToArray(), ring.Open(Context, direct.Seal(Context, "x"u8)));

        // Wrapped anew, it is of the second version and bound to its time.
        IReadOnlyList<SealedRingKey> anew = KeyRing.Rewrap(root, root, [new SealedRingKey(1, wrapped, Now, root.Id)]);
        Assert.False(WrappedKey.IsVersion1(anew[0].SealedKey.Span));
        KeyRing.Open(root, anew).Dispose();
        Assert.Throws<SealException>(() => KeyRing.Open(root, [anew[0] with { CreatedAt = Now.AddDays(1) }]));
    }

    [Fact]
    public void The_second_version_does_not_pass_for_the_first()
    {
        using FileRootKey root = NewRoot();
        (KeyRing ring, SealedRingKey stored) = KeyRing.Create(root, Now);
        ring.Dispose();
        byte[] changed = stored.SealedKey.ToArray();
        changed[3] = 1;
        Refuses(
            SealFailure.DamagedOrMoved,
            "does not open",
            () => KeyRing.Open(root, [stored with { SealedKey = changed }])
        );
    }

    [Fact]
    public void A_ring_under_another_root_key_opens_with_that_one_alone()
    {
        using FileRootKey old = NewRoot();
        using FileRootKey other = NewRoot();
        (KeyRing ring, SealedRingKey first) = KeyRing.Create(old, Now);
        SealedRingKey second = ring.MakeNextKey(old, Now);
        ring.Add(old, second);
        byte[] blob = ring.Seal(Context, "a secret"u8);
        ring.Dispose();
        IReadOnlyList<SealedRingKey> moved = KeyRing.Rewrap(old, other, [first, second]);
        using KeyRing again = KeyRing.Open(other, moved);
        Assert.Equal("a secret"u8.ToArray(), again.Open(Context, blob));
        Refuses(SealFailure.WrongRootKey, other.Id, () => KeyRing.Open(old, moved));
        using KeyRing ofBackup = KeyRing.Open(old, [first, second]);
        Assert.Equal("a secret"u8.ToArray(), ofBackup.Open(Context, blob));
    }

    [Fact]
    public void A_secret_is_sealed_anew_under_the_newest_key_once()
    {
        using FileRootKey root = NewRoot();
        (KeyRing ring, SealedRingKey _) = KeyRing.Create(root, Now);
        using (ring)
        {
            byte[] before = ring.Seal(Context, "a secret"u8);
            Assert.Null(ring.Reseal(Context, before));
            ring.Add(root, ring.MakeNextKey(root, Now));
            Assert.Equal(2, ring.CurrentKeyId);
            byte[]? after = ring.Reseal(Context, before);
            Assert.Equal(ring.CurrentHeader(), after![..8]);
            Assert.Equal("a secret"u8.ToArray(), ring.Open(Context, after));
            Assert.Null(ring.Reseal(Context, after));
            Refuses(SealFailure.DamagedOrMoved, "row-2", () => ring.Reseal(Context with { RowId = "row-2" }, before)!);
        }
    }

    [Fact]
    public async Task Keys_are_added_while_many_threads_seal_and_open()
    {
        using FileRootKey root = NewRoot();
        (KeyRing ring, SealedRingKey _) = KeyRing.Create(root, Now);
        using (ring)
        {
            using var stop = new CancellationTokenSource();
            Task[] users =
            [
                .. Enumerable
                    .Range(0, 4)
                    .Select(_ =>
                        Task.Run(() =>
                        {
                            while (!stop.IsCancellationRequested)
                            {
                                byte[] blob = ring.Seal(Context, "a secret"u8);
                                Assert.Equal("a secret"u8.ToArray(), ring.Open(Context, blob));
                                ring.Authenticate(ring.CurrentKeyId, blob, new byte[KeyRing.MacSize]);
                            }
                        })
                    ),
            ];
            for (int key = 2; key <= 200; key++)
            {
                ring.Add(root, ring.MakeNextKey(root, Now));
                Assert.Equal(key, ring.CurrentKeyId);
            }

            await stop.CancelAsync();
            await Task.WhenAll(users);
        }
    }

    [Fact]
    public void Many_threads_share_one_ring()
    {
        using var ring = new KeyRing([new RingKey(1, Key(1))]);
        int failures = 0;
        Parallel.For(
            0,
            2000,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            number =>
            {
                byte[] secret = BitConverter.GetBytes(number);
                if (!ring.Open(Context, ring.Seal(Context, secret)).SequenceEqual(secret))
                {
                    Interlocked.Increment(ref failures);
                }
            }
        );
        Assert.Equal(0, failures);
    }

    private static void Refuses(SealFailure failure, string reason, Action action)
    {
        var refused = Assert.Throws<SealException>(action);
        Assert.Equal(failure, refused.Failure);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    private static void Refuses(SealFailure failure, string reason, Func<object> action) =>
        Refuses(
            failure,
            reason,
            () =>
            {
                action();
            }
        );

    private static FileRootKey NewRoot() => new(RandomNumberGenerator.GetBytes(32));

    private static byte[] Key(int start) => [.. Enumerable.Range(start, 32).Select(value => (byte)value)];
}
