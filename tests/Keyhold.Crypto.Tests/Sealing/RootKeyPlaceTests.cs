using Keyhold.Crypto.Sealing;

namespace Keyhold.Crypto.Tests.Sealing;

public class RootKeyPlaceTests
{
    private const string Module = "?module-path=/usr/lib/hsm.so&pin-source=file:/etc/pin";

    [Theory]
    [InlineData("file:/etc/keyhold/root.key", "file")]
    [InlineData("file:relative:with:colons", "file")]
    [InlineData("passphrase", "passphrase")]
    [InlineData("pkcs11:token=k;object=r" + Module, "pkcs11")]
    public void A_place_is_written_as_it_was_read(string text, string provider)
    {
        var place = RootKeyPlace.Parse(text);
        Assert.Equal((provider, text), (place.Provider, place.Text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("file:")]
    [InlineData("/etc/keyhold/root.key")]
    [InlineData("Passphrase")]
    [InlineData("env:KEY")]
    public void What_names_no_provider_is_refused_with_those_there_are(string text)
    {
        var refused = Assert.Throws<RootKeyException>(() => RootKeyPlace.Parse(text));
        Assert.Contains("file:PATH, passphrase or pkcs11:URI", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_passphrase_in_the_arguments_is_refused_and_not_repeated()
    {
        var refused = Assert.Throws<RootKeyException>(() => RootKeyPlace.Parse("passphrase:hunter2"));
        Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--passphrase-file", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_PKCS11_URI_is_decoded()
    {
        var uri = Pkcs11Uri.Parse(
            "pkcs11:token=my%20token;serial=1a;object=root%3bkey;type=secret-key?module-path=/usr/lib/h%26s.so&pin-source=env:PIN"
        );
        Assert.Equal(("my token", "1a", "root;key"), (uri.Token, uri.Serial, uri.Object));
        Assert.Equal(("/usr/lib/h&s.so", "env:PIN"), (uri.ModulePath, uri.PinSource));
    }

    [Theory]
    [InlineData("pkcs11:", "names no token")]
    [InlineData("pkcs11:object=r" + Module, "names no token")]
    [InlineData("pkcs11:token=k" + Module, "names no object")]
    [InlineData("pkcs11:token=k;object=r", "module-path")]
    [InlineData("pkcs11:token=k;object=r?module-path=hsm.so&pin-source=env:P", "module-path")]
    [InlineData("pkcs11:token=k;object=r?module-path=/usr/lib/hsm.so", "pin-source")]
    [InlineData("pkcs11:token=k;token=l;object=r" + Module, "twice")]
    [InlineData("pkcs11:token=k;object" + Module, "NAME=VALUE")]
    [InlineData("pkcs11:token=k;object=r;slot-id=1" + Module, "slot-id")]
    [InlineData("pkcs11:token=k;object=r;type=private" + Module, "secret-key")]
    [InlineData("pkcs11:token=k;object=r" + Module + "&module-name=hsm", "module-name")]
    public void A_PKCS11_URI_that_cannot_be_used_is_refused_with_the_reason(string text, string reason)
    {
        var refused = Assert.Throws<RootKeyException>(() => RootKeyPlace.Parse(text));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains("Expected is something like pkcs11:token=", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_PIN_in_the_arguments_is_refused_and_not_repeated()
    {
        var refused = Assert.Throws<RootKeyException>(() =>
            RootKeyPlace.Parse("pkcs11:token=k;object=r?module-path=/usr/lib/hsm.so&pin-value=987654")
        );
        Assert.DoesNotContain("987654", refused.Message, StringComparison.Ordinal);
        Assert.Contains("pin-source=file:PATH", refused.Message, StringComparison.Ordinal);
    }
}
