using Keyhold.Crypto.Sealing;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Keyhold.Crypto.Tests.Sealing;

/// <summary>With SoftHSM, which ./test installs.</summary>
public sealed class Pkcs11RootKeyTests(SoftHsm hsm) : IClassFixture<SoftHsm>
{
    private static readonly byte[] Key = [.. Enumerable.Range(0x80, 32).Select(value => (byte)value)];

    // Never to change: these bytes are what databases hold.
    [Fact]
    public void The_wrapped_form_is_these_bytes_for_ever()
    {
        byte[] form = Convert.FromHexString(
            "4b484801404142434445464748494a4b62382ca0a2b90184454d9dbd17e99dd4e957c0cf23a099b4efded47e0b8e7344ffa14395263e3b9a9cac706dc375a73f"
        );
        (byte[] nonce, byte[] encrypted) = Pkcs11WrappedKey.Split(form);
        Assert.Equal([.. Enumerable.Range(0x40, 12).Select(value => (byte)value)], nonce);
        Assert.Equal(form, Pkcs11WrappedKey.Join(nonce, encrypted));

        // The key that the token would have held: what it makes is AES-256-GCM, as anybody can check.
        byte[] opened = new byte[32];
        using var gcm = new System.Security.Cryptography.AesGcm(
            [.. Enumerable.Range(0, 32).Select(value => (byte)value)],
            16
        );
        byte[] context = KeyRing.ContextOf(1, DateTimeOffset.FromUnixTimeMilliseconds(1795521600000));
        gcm.Decrypt(
            nonce,
            encrypted.AsSpan(0, 32),
            encrypted.AsSpan(32),
            opened,
            Pkcs11WrappedKey.AssociatedData(context)
        );
        Assert.Equal(Key, opened);
    }

    [Fact]
    public void A_key_is_made_once_and_used_again()
    {
        RequireSoftHsm();
        var place = Place("keyhold", "made-once");
        (Pkcs11RootKey made, bool created) = Pkcs11RootKey.OpenOrCreate(place);
        byte[] wrapped;
        using (made)
        {
            Assert.True(created);
            wrapped = made.Wrap("context"u8, Key);
        }

        (Pkcs11RootKey again, created) = Pkcs11RootKey.OpenOrCreate(place);
        using (again)
        {
            Assert.False(created);
            Assert.Equal(made.Id, again.Id);
            Assert.Equal(32, again.Id.Length);
            Assert.Equal(Key, again.Unwrap("context"u8, wrapped));
        }
    }

    [Fact]
    public void A_wrapped_key_opens_only_whole_and_under_its_context_and_key()
    {
        RequireSoftHsm();
        using Pkcs11RootKey root = Pkcs11RootKey.OpenOrCreate(Place("keyhold", "whole")).RootKey;
        using Pkcs11RootKey other = Pkcs11RootKey.OpenOrCreate(Place("keyhold", "another")).RootKey;
        Assert.NotEqual(root.Id, other.Id);
        byte[] wrapped = root.Wrap("context"u8, Key);
        Assert.NotEqual(wrapped, root.Wrap("context"u8, Key));
        Assert.Throws<SealException>(() => root.Unwrap("contexT"u8, wrapped));
        Assert.Throws<SealException>(() => other.Unwrap("context"u8, wrapped));
        for (int place = 0; place < wrapped.Length; place++)
        {
            byte[] changed = [.. wrapped];
            changed[place] ^= 1;
            Assert.Throws<SealException>(() => root.Unwrap("context"u8, changed));
            Assert.Throws<SealException>(() => root.Unwrap("context"u8, wrapped.AsSpan(0, place)));
        }

        Assert.Equal(Key, root.Unwrap("context"u8, wrapped));
    }

    [Fact]
    public void A_ring_opens_under_a_token_and_moves_from_a_file_to_it()
    {
        RequireSoftHsm();
        using FileRootKey file = FileRootKey.Create(hsm.PathOf("root.key"));
        (KeyRing ring, SealedRingKey stored) = KeyRing.Create(file, DateTimeOffset.UnixEpoch);
        byte[] blob = ring.Seal(new SealContext("p", "o", "r"), "a secret"u8);
        ring.Dispose();
        using Pkcs11RootKey token = Pkcs11RootKey.OpenOrCreate(Place("keyhold", "ring")).RootKey;
        IReadOnlyList<SealedRingKey> moved = KeyRing.Rewrap(file, token, [stored]);
        using KeyRing again = KeyRing.Open(token, moved);
        Assert.Equal("a secret"u8.ToArray(), again.Open(new SealContext("p", "o", "r"), blob));
        Assert.Throws<SealException>(() =>
            KeyRing.Open(token, [moved[0] with { CreatedAt = DateTimeOffset.MaxValue }])
        );
    }

    [Fact]
    public void A_missing_key_is_not_made_when_it_should_be_there()
    {
        RequireSoftHsm();
        Refuses("no secret key labelled \"nowhere\"", Place("keyhold", "nowhere"));
        Refuses("no secret key labelled \"nowhere\"", Place("keyhold", "nowhere"));
    }

    [Fact]
    public void A_token_that_is_not_there_is_named_with_those_that_are()
    {
        RequireSoftHsm();
        Refuses("no token \"unplugged\"; it shows \"keyhold\"", Place("unplugged", "key"));
    }

    [Fact]
    public void A_missing_module_and_a_file_that_is_none_are_named()
    {
        Refuses(
            "There is no PKCS#11 module /usr/lib/no-such-module.so",
            Place("keyhold", "key", module: "/usr/lib/no-such-module.so")
        );
        string text = hsm.WritePin("not-a-module");
        Refuses("cannot be used", Place("keyhold", "key", module: text));
    }

    [Fact]
    public void A_wrong_PIN_is_named_and_tried_once()
    {
        RequireSoftHsm();
        Refuses("The PIN of the token \"keyhold\" is wrong", Place("keyhold", "key", pin: hsm.WritePin("000000")));
        Pkcs11RootKey.OpenOrCreate(Place("keyhold", "key")).RootKey.Dispose();
    }

    [Fact]
    public void A_PIN_that_others_can_read_or_that_is_nowhere_is_refused()
    {
        Refuses("cannot be read from", Place("keyhold", "key", pin: hsm.PathOf("no-such-pin")));
        Refuses("environment variable KEYHOLD_TEST_NO_PIN", PlaceOf("keyhold", "key", "env:KEYHOLD_TEST_NO_PIN"));
        Refuses("neither file:/FULL/PATH nor env:NAME", PlaceOf("keyhold", "key", "|cat pin"));
        if (!OperatingSystem.IsWindows())
        {
            string open = hsm.WritePin("111111");
            File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            Refuses("chmod 600", Place("keyhold", "key", pin: open));
        }
    }

    [Fact]
    public void A_key_that_can_be_read_out_or_is_too_short_is_refused()
    {
        RequireSoftHsm();
        MakeKey("extractable", bytes: 32, extractable: true);
        MakeKey("short", bytes: 16, extractable: false);
        Refuses("can be read out of the token", Place("keyhold", "extractable"));
        Refuses("no AES key of 256 bits", Place("keyhold", "short"));
    }

    [Fact]
    public void Two_keys_of_one_label_are_refused()
    {
        RequireSoftHsm();
        MakeKey("twin", bytes: 32, extractable: false);
        MakeKey("twin", bytes: 32, extractable: false);
        Refuses("2 secret keys labelled \"twin\"", Place("keyhold", "twin"));
    }

    private static void RequireSoftHsm() => Assert.SkipUnless(SoftHsm.IsHere, "SoftHSM is not installed.");

    private RootKeyPlace.Pkcs11 Place(string token, string label, string? pin = null, string module = SoftHsm.Module) =>
        PlaceOf(token, label, $"file:{pin ?? hsm.WritePin(SoftHsm.Pin)}", module);

    private static RootKeyPlace.Pkcs11 PlaceOf(
        string token,
        string label,
        string pinSource,
        string module = SoftHsm.Module
    ) =>
        (RootKeyPlace.Pkcs11)
            RootKeyPlace.Parse($"pkcs11:token={token};object={label}?module-path={module}&pin-source={pinSource}");

    private static void Refuses(string reason, RootKeyPlace.Pkcs11 place)
    {
        var refused = Assert.Throws<RootKeyException>(() => Pkcs11RootKey.Open(place).Dispose());
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(SoftHsm.Pin, refused.ToString(), StringComparison.Ordinal);
    }

    /// <summary>As some other program would make it.</summary>
    private void MakeKey(string label, int bytes, bool extractable)
    {
        using var token = Pkcs11Session.LogIn(Place("keyhold", label).Uri);
        var attributes = Pkcs11Module.Factories.ObjectAttributeFactory;
        using IMechanism mechanism = Pkcs11Module.Factories.MechanismFactory.Create(CKM.CKM_AES_KEY_GEN);
        token.Session.GenerateKey(
            mechanism,
            [
                attributes.Create(CKA.CKA_CLASS, CKO.CKO_SECRET_KEY),
                attributes.Create(CKA.CKA_KEY_TYPE, CKK.CKK_AES),
                attributes.Create(CKA.CKA_VALUE_LEN, (ulong)bytes),
                attributes.Create(CKA.CKA_LABEL, label),
                attributes.Create(CKA.CKA_TOKEN, true),
                attributes.Create(CKA.CKA_SENSITIVE, !extractable),
                attributes.Create(CKA.CKA_EXTRACTABLE, extractable),
                attributes.Create(CKA.CKA_ENCRYPT, true),
                attributes.Create(CKA.CKA_DECRYPT, true),
            ]
        );
    }
}
