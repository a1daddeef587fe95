using CsCheck;
using Keyhold.Cli.Input;

namespace Keyhold.Server.Tests.Cli;

public class PemBundleTests
{
    private static readonly Gen<string> Block =
        from label in Any("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE")
        from body in Gen.Char["ABCxyz0189+/"].Array[4, 100]
        select $"-----BEGIN {label}-----\n{new string(body)}\n-----END {label}-----\n";

    [Fact]
    public void Blocks_come_back_in_their_order_whatever_stands_between() =>
        Gen.Select(Block.List[0, 5], Any("", "\n", "subject=CN = a\n", "-----BEGIN CERTIFICATE REQUEST-----\nAA\n"))
            .Sample(
                (blocks, between) =>
                    PemBundle
                        .Split(between + string.Join(between, blocks))
                        .SequenceEqual(blocks, StringComparer.Ordinal)
            );

    [Theory]
    [InlineData("")]
    [InlineData("no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA")]
    [InlineData("-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")]
    public void What_is_no_whole_certificate_is_not_a_block(string text) => Assert.Empty(PemBundle.Split(text));

    private static Gen<string> Any(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(place => texts[place]);
}
