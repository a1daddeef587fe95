using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Tests.Storage;

public class EncryptionBindingTests
{
    private static readonly EncryptionCertificateRow Row = Sample.Encryption("id") with
    {
        Sha256 = [.. Enumerable.Range(1, 32).Select(number => (byte)number)],
        Revision = 0x0102,
    };

    private static readonly string Hash = Convert.ToHexString(Row.Sha256);

    [Fact]
    public void Its_form_is_the_hash_and_the_revision() =>
        Assert.Equal(Hash + "0000000000000102", Convert.ToHexString(EncryptionBinding.Of(Row)));

    [Fact]
    public void Both_forms_ever_written_bind()
    {
        Assert.True(EncryptionBinding.Binds(Convert.FromHexString(Hash + "0000000000000102"), Row));
        Assert.True(EncryptionBinding.Binds(Convert.FromHexString(Hash), Row));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0000000000000101")]
    [InlineData("0000000000000103")]
    [InlineData("000000000000010200")]
    public void Another_revision_or_length_does_not(string end) =>
        Assert.False(EncryptionBinding.Binds(end.Length == 0 ? [] : Convert.FromHexString(Hash + end), Row));

    [Theory]
    [InlineData("")]
    [InlineData("0000000000000102")]
    public void Another_certificate_does_not(string end) =>
        Assert.False(EncryptionBinding.Binds(Convert.FromHexString(new string('0', 64) + end), Row));
}
