using CsCheck;
using Keyhold.Crypto.Algorithms;

namespace Keyhold.Crypto.Tests.Algorithms;

public class EllipticSignatureTests
{
    [Fact]
    public void Every_pair_of_numbers_comes_back_from_DER() =>
        Gen.Select(Gen.Int[1, 66], Gen.Byte.Array[132])
            .Sample(
                (size, bytes) =>
                {
                    byte[] fixedForm = bytes[..(2 * size)];
                    byte[] read = new byte[2 * size];
                    return EllipticSignature.TryReadDer(EllipticSignature.ToDer(fixedForm), read)
                        && read.SequenceEqual(fixedForm);
                }
            );

    [Theory]
    [InlineData("3006020101020102", 1, 2)]
    [InlineData("300702020080020102", 0x80, 2)]
    [InlineData("3006020100020100", 0, 0)]
    public void Reads_the_one_encoding(string der, int r, int s)
    {
        byte[] fixedForm = new byte[64];
        Assert.True(EllipticSignature.TryReadDer(Convert.FromHexString(der), fixedForm));
        Assert.Equal(r, fixedForm[31]);
        Assert.Equal(s, fixedForm[63]);
        Assert.Equal(der, Convert.ToHexString(EllipticSignature.ToDer(fixedForm)));
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("3006020101", "cut off")]
    [InlineData("300602010102010200", "a byte after it")]
    [InlineData("3009020101020102020103", "a third number")]
    [InlineData("3003020101", "one number")]
    [InlineData("310602010102010 2", "a set")]
    [InlineData("30060201FF020102", "a negative number")]
    [InlineData("30070202000102 0102", "a needless zero before a number")]
    [InlineData("308106020101020102", "a needlessly long length")]
    [InlineData("30800201010201020000", "an indefinite length")]
    [InlineData("3006030101020102", "a bit string for a number")]
    [InlineData("3005020002 0102", "an empty number")]
    public void Refuses_every_other(string der, string reason)
    {
        byte[] encoded = Convert.FromHexString(der.Replace(" ", "", StringComparison.Ordinal));
        Assert.False(EllipticSignature.TryReadDer(encoded, new byte[64]), reason);
    }

    [Fact]
    public void Refuses_a_number_too_large_for_the_curve()
    {
        byte[] der = EllipticSignature.ToDer([.. Enumerable.Repeat((byte)1, 66)]);
        Assert.True(EllipticSignature.TryReadDer(der, new byte[66]));
        Assert.False(EllipticSignature.TryReadDer(der, new byte[64]));
    }
}
