using System.Text;
using Keyhold.Crypto.Sealing;

namespace Keyhold.Crypto.Tests.Sealing;

public class PassphraseRootKeyTests
{
    private static readonly byte[] Passphrase = "correct horse battery staple"u8.ToArray();

    // Never to change: with another derivation no data folder under a passphrase would open. The program argon2 of the
    // reference implementation makes 6aae361c...9301ffd of it with -id -t 1 -k 64 -p 1 -v 13, and efb51f9a...27eb45e446 with
    // -t 3 -k 65536 -p 4.
    [Theory]
    [InlineData(64, 1, 1, "6aae361c12fe20f022b47b290a1c3ff26c792515f68c50e44e696c06c9301ffd")]
    [InlineData(65536, 3, 4, "efb51f9a76584f6dd6a4f7942a1a2f6ae5a6e4ec5142ff674dfd5d27eb45e446")]
    public void The_derived_root_key_is_what_the_reference_implementation_makes(
        int memory,
        int passes,
        int lanes,
        string expected
    )
    {
        var parameters = new PassphraseParameters(memory, passes, lanes, "0123456789abcdef"u8.ToArray());
        using RootKeyMaterial derived = PassphraseRootKey.Derive(Passphrase, parameters);
        using var reference = new RootKeyMaterial(Convert.FromHexString(expected));
        Assert.Equal(reference.Id, derived.Id);
        Assert.Equal([1, 2, 3], derived.Unwrap("c"u8, reference.Wrap("c"u8, [1, 2, 3])));
    }

    // Never to change: these bytes stand in the table root_keys.
    [Fact]
    public void The_parameters_are_these_bytes_for_ever()
    {
        var parameters = new PassphraseParameters(65536, 3, 4, "0123456789abcdef"u8.ToArray());
        byte[] form = Convert.FromHexString(
            "4b48500100010000000000030000000430313233343536373839616263646566ad31fc49c8ff934d"
        );
        Assert.Equal(form, parameters.Write());
        var read = PassphraseParameters.Read(form);
        Assert.Equal((65536, 3, 4), (read.MemoryKibibytes, read.Passes, read.Lanes));
        Assert.Equal("0123456789abcdef"u8.ToArray(), read.Salt.ToArray());
    }

    [Fact]
    public void New_parameters_are_no_weaker_than_RFC_9106_recommends_and_have_a_salt_of_their_own()
    {
        var one = PassphraseParameters.Choose();
        var other = PassphraseParameters.Choose();
        Assert.True(one is { MemoryKibibytes: >= 65536, Passes: >= 3, Lanes: >= 4 });
        Assert.NotEqual(one.Salt.ToArray(), other.Salt.ToArray());
    }

    [Fact]
    public void No_changed_byte_of_the_parameters_is_taken_for_a_wrong_passphrase()
    {
        byte[] form = PassphraseParameters.Choose().Write();
        for (int place = 0; place < form.Length; place++)
        {
            byte[] changed = [.. form];
            changed[place] ^= 1;
            var refused = Assert.Throws<RootKeyException>(() => PassphraseParameters.Read(changed));
            Assert.Contains("root_keys", refused.Message, StringComparison.Ordinal);
        }

        Assert.Throws<RootKeyException>(() => PassphraseParameters.Read([]));
        Assert.Throws<RootKeyException>(() => PassphraseParameters.Read(form.AsSpan(0, form.Length - 1)));
        Assert.Throws<RootKeyException>(() => PassphraseParameters.Read([.. form, 0]));
    }

    [Theory]
    [InlineData(int.MaxValue, 3, 4)]
    [InlineData(65536, 65, 4)]
    [InlineData(65536, 0, 4)]
    [InlineData(65536, 3, 65)]
    [InlineData(65536, 3, 0)]
    [InlineData(7, 3, 1)]
    [InlineData(-1, 3, 1)]
    public void Parameters_beyond_reason_are_refused_before_memory_or_time_is_spent(int memory, int passes, int lanes)
    {
        byte[] form = new PassphraseParameters(memory, passes, lanes, new byte[16]).Write();
        Assert.Contains(
            "out of bounds",
            Assert.Throws<RootKeyException>(() => PassphraseParameters.Read(form)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_passphrase_opens_what_it_sealed_and_another_does_not()
    {
        (PassphraseRootKey made, byte[] parameters) = PassphraseRootKey.Create(Passphrase);
        byte[] wrapped = made.Wrap("c"u8, [1, 2, 3]);
        made.Dispose();
        Assert.Throws<ObjectDisposedException>(() => made.Wrap("c"u8, [1]));
        using (var again = PassphraseRootKey.Open(Passphrase, parameters, made.Id))
        {
            Assert.Equal([1, 2, 3], again.Unwrap("c"u8, wrapped));
        }

        Assert.Throws<WrongPassphraseException>(() =>
            PassphraseRootKey.Open("correct horse battery stapler"u8, parameters, made.Id)
        );
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("eleven char", "at least 12")]
    [InlineData("twelve\tchars and more", "control character at place 7")]
    [InlineData("a\u0308pfel und birnen", "combining character at place 2")]
    [InlineData("\u1112\u1161\u11ab\u1100\u1173\u11af and more", "combining character at place 1")]
    public void What_cannot_be_a_new_passphrase_is_refused_with_the_reason(string passphrase, string reason)
    {
        var refused = Assert.Throws<RootKeyException>(() =>
            PassphraseText.Require(Encoding.UTF8.GetBytes(passphrase), chosenNow: true)
        );
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        if (passphrase.Length > 0)
        {
            Assert.DoesNotContain(passphrase, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_not_UTF8_or_too_long_is_refused()
    {
        Assert.Throws<RootKeyException>(() => PassphraseText.Require([0xc3, 0x28], chosenNow: false));
        Assert.Throws<RootKeyException>(() =>
            PassphraseText.Require(
                new byte[1025]
                    .Select(_ => (byte)'a')
                    .ToArray(),
                true
            )
        );
    }

    [Theory]
    [InlineData("äpfel und birnen")]
    [InlineData("正确的马电池订书钉正确的马")]
    [InlineData("한국어 비밀번호 열두 글자")]
    [InlineData("horse battery 🐎🔋 staple")]
    public void Composed_text_of_any_script_is_a_passphrase(string passphrase) =>
        PassphraseText.Require(Encoding.UTF8.GetBytes(passphrase), chosenNow: true);

    [Fact]
    public void A_short_passphrase_that_was_chosen_under_an_earlier_rule_still_opens() =>
        PassphraseText.Require("short"u8, chosenNow: false);
}
