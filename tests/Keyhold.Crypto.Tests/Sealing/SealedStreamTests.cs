using CsCheck;
using Keyhold.Crypto.Sealing;

namespace Keyhold.Crypto.Tests.Sealing;

public class SealedStreamTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(each => (byte)each)];
    private static readonly byte[] Context = "a header's hash"u8.ToArray();

    [Fact]
    public void What_was_written_in_any_parts_is_read_in_any_parts() =>
        Gen.Select(Gen.Byte.Array[0, 3000].Array[0, 100], Gen.Int[1, 100_000])
            .Sample(
                (parts, step) =>
                {
                    var content = parts.SelectMany(part => part).ToArray();
                    Assert.Equal(content, Read(Write(parts), step: step));
                },
                iter: 60
            );

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64 * 1024)]
    [InlineData((64 * 1024) + 1)]
    [InlineData(128 * 1024)]
    public void Contents_at_the_borders_of_chunks_come_back(int size)
    {
        var content = Content(size);
        Assert.Equal(content, Read(Write([content])));
    }

    /// <summary>A stored form: what was ever written must open for ever.</summary>
    [Fact]
    public void The_form_stays_as_it_was_written_first() =>
        Assert.Equal(
            "8000000765d9ccb6da40e7a1add16a84468681e53a5846a2f7be48",
            Convert.ToHexStringLower(Write(["keyhold"u8.ToArray()]))
        );

    [Fact]
    public void A_flipped_bit_anywhere_is_noticed_and_its_chunk_is_named()
    {
        var written = Write([Content(300)]);
        for (var place = 0; place < written.Length; place++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var changed = written.ToArray();
                changed[place] ^= (byte)(1 << bit);
                var refused = Assert.Throws<SealException>(() => Read(changed));
                Assert.Contains("chunk 0", refused.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_cut_is_noticed_at_every_length()
    {
        var written = Write([Content(300)]);
        for (var length = 0; length < written.Length; length++)
        {
            var refused = Assert.Throws<SealException>(() => Read(written[..length]));
            Assert.Contains("cut off", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_cut_between_two_chunks_is_noticed()
    {
        var written = Write([Content(200_000)]);
        var refused = Assert.Throws<SealException>(() => Read(written[..(2 * FullChunk)]));
        Assert.Contains("where chunk 2 should begin", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Chunks_that_changed_places_are_named()
    {
        var written = Write([Content(200_000)]);
        byte[] swapped =
        [
            .. written[FullChunk..(2 * FullChunk)],
            .. written[..FullChunk],
            .. written[(2 * FullChunk)..],
        ];
        Assert.Contains("chunk 0", Assert.Throws<SealException>(() => Read(swapped)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chunk_that_was_left_out_or_comes_twice_is_named()
    {
        var written = Write([Content(200_000)]);
        byte[] without = [.. written[..FullChunk], .. written[(2 * FullChunk)..]];
        byte[] twice = [.. written[..FullChunk], .. written];
        Assert.Contains("chunk 1", Assert.Throws<SealException>(() => Read(without)).Message, StringComparison.Ordinal);
        Assert.Contains("chunk 1", Assert.Throws<SealException>(() => Read(twice)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chunk_of_another_content_under_the_same_key_is_named()
    {
        var written = Write([Content(200_000)]);
        var other = Write([Content(200_000)], context: "another header's hash"u8.ToArray());
        byte[] mixed = [.. written[..FullChunk], .. other[FullChunk..]];
        Assert.Contains("chunk 1", Assert.Throws<SealException>(() => Read(mixed)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Something_behind_the_end_is_noticed()
    {
        byte[] longer = [.. Write([Content(10)]), 0];
        var refused = Assert.Throws<SealException>(() => Read(longer));
        Assert.Contains("follows its end", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_key_opens_nothing()
    {
        var written = Write([Content(10)]);
        Assert.Throws<SealException>(() => Read(written, key: new byte[32]));
    }

    [Fact]
    public void A_key_of_another_size_is_refused() =>
        Assert.Throws<ArgumentException>(() => Read(Write([Content(10)]), key: new byte[16]));

    private const int FullChunk = 4 + (64 * 1024) + 16;

    private static byte[] Content(int size) => [.. Enumerable.Range(0, size).Select(each => (byte)(each * 7))];

    private static byte[] Write(byte[][] parts, byte[]? context = null)
    {
        using var output = new MemoryStream();
        using var writer = new SealedStreamWriter(output, Key, context ?? Context);
        foreach (var part in parts)
        {
            writer.Write(part);
        }

        writer.Finish();
        return output.ToArray();
    }

    private static byte[] Read(byte[] written, byte[]? key = null, int step = 1000)
    {
        using var input = new MemoryStream(written);
        using var reader = new SealedStreamReader(input, place: 0, key ?? Key, Context);
        using var content = new MemoryStream();
        var buffer = new byte[step];
        int read;
        while ((read = reader.Read(buffer)) > 0)
        {
            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }
}
