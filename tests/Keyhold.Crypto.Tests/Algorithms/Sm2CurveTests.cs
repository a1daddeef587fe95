using CsCheck;
using Keyhold.Crypto.Algorithms;
using Org.BouncyCastle.Math;

namespace Keyhold.Crypto.Tests.Algorithms;

public class Sm2CurveTests
{
    // The class of a curve is what decides the speed: the generic one is ten times slower.
    [Fact]
    public void The_curve_is_the_fast_one() =>
        Assert.Equal("Org.BouncyCastle.Math.EC.Custom.GM.SM2P256V1Curve", Sm2Curve.Domain.Curve.GetType().FullName);

    // GB/T 32918.5 section 2.
    [Fact]
    public void The_base_point_is_the_one_of_the_standard() =>
        Assert.Equal(
            "0432C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"
                + "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0",
            Convert.ToHexString(Sm2Curve.PublicPointOf(BigInteger.One))
        );

    [Fact]
    public void Numbers_keep_their_leading_zeros() =>
        Gen
            .Byte.Array[0, 32]
            .Sample(bytes =>
            {
                byte[] written = new byte[32];
                Sm2Curve.WriteNumber(new BigInteger(1, bytes), written);
                return written.AsSpan(32 - bytes.Length).SequenceEqual(bytes)
                    && !written.AsSpan(0, 32 - bytes.Length).ContainsAnyExcept((byte)0);
            });

    [Fact]
    public void Private_numbers_are_in_range() =>
        Assert.All(
            Enumerable.Range(0, 100).Select(_ => Sm2Curve.RandomPrivateNumber()),
            number => Assert.True(number.SignValue > 0 && number.CompareTo(Sm2Curve.Domain.N) < 0)
        );
}
