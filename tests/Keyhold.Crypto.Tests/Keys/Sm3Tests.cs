using System.Globalization;
using System.Text;
using Keyhold.Crypto.Keys;
using Keyhold.Crypto.Tests.Algorithms;

namespace Keyhold.Crypto.Tests.Keys;

public class Sm3Tests
{
    // GB/T 32905 appendix A.1.
    [Fact]
    public void Hashes_the_example_of_the_standard()
    {
        Span<byte> hash = stackalloc byte[Sm3.SizeInBytes];
        Sm3.HashData("abc"u8, hash);
        Assert.Equal("66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0", Convert.ToHexString(hash));
    }

    [Fact]
    public void Hashes_what_OpenSSL_hashes()
    {
        int seen = 0;
        byte[] input = [];
        bool isSm3 = false;
        foreach (string line in SharedVectors.Text("sm2/openssl/evpmd_sm3.txt").Split('\n'))
        {
            string[] parts = line.Split(" = ");
            if (parts[0] is "Digest")
            {
                isSm3 = parts[1] is "SM3";
            }
            else if (parts[0] is "Input")
            {
                input = parts[1].StartsWith('"')
                    ? Encoding.ASCII.GetBytes(parts[1].Trim('"'))
                    : Convert.FromHexString(parts[1]);
            }
            else if (parts[0] is "Output" && isSm3)
            {
                seen++;
                byte[] hash = new byte[Sm3.SizeInBytes];
                Sm3.HashData(input, hash);
                Assert.Equal(parts[1].ToUpperInvariant(), Convert.ToHexString(hash));
            }
        }

        Assert.Equal(8, seen);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(32, 5)]
    [InlineData(64, 64)]
    [InlineData(65, 200)]
    [InlineData(200, 4096)]
    public void Authenticates_as_OpenSSL_does(int keySize, int dataSize)
    {
        using var openssl = new OpenSslProgram();
        byte[] key = Enumerable.Range(1, keySize).Select(value => (byte)value).ToArray();
        byte[] data = Enumerable.Range(7, dataSize).Select(value => (byte)value).ToArray();
        byte[] mac = new byte[Sm3.SizeInBytes];
        Sm3.Hmac(key, data, mac);

        string file = openssl.Write("data", data);
        string expected = openssl.Run(
            "mac",
            "-digest",
            "SM3",
            "-macopt",
            "hexkey:" + Convert.ToHexString(key),
            "-in",
            file,
            "HMAC"
        );
        Assert.Equal(expected.Trim().ToUpperInvariant(), Convert.ToHexString(mac));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    public void A_short_destination_is_refused(int size)
    {
        Assert.Throws<ArgumentException>(() => Sm3.HashData([], new byte[size]));
        var refused = Assert.Throws<ArgumentException>(() => Sm3.Hmac([1], [], new byte[size]));
        Assert.Contains(size.ToString(CultureInfo.InvariantCulture), refused.Message, StringComparison.Ordinal);
    }
}
