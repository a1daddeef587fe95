using Org.BouncyCastle.Crypto;

namespace Keyhold.Crypto.Algorithms;

/// <summary>
/// Hands BouncyCastle's SM2 signer a digest that was made before: what the signer feeds is passed over, what it reads is
/// <see cref="Value"/>. This is how a caller's own digest is signed, and how Z is computed once per key.
/// </summary>
internal sealed class PreparedDigest : IDigest
{
    private const int Size = 32;

    internal byte[] Value { get; } = new byte[Size];

    public string AlgorithmName => "prepared";

    public int GetDigestSize() => Size;

    public int GetByteLength() => 64;

    public void Update(byte input) { }

    public void BlockUpdate(byte[] input, int inOff, int inLen) { }

    public void BlockUpdate(ReadOnlySpan<byte> input) { }

    public int DoFinal(byte[] output, int outOff) => DoFinal(output.AsSpan(outOff));

    public int DoFinal(Span<byte> output)
    {
        Value.CopyTo(output);
        return Size;
    }

    public void Reset() { }
}
