using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Keyhold.Crypto.Sealing;

/// <summary>
/// How a passphrase becomes a root key: Argon2id version 0x13 (RFC 9106) with these costs and this salt. Stored beside
/// the ring, version 1:
/// <code>
///  0         3         4             8        12      16        32
///  +---------+---------+-------------+--------+-------+---------+-------------------------+
///  | "KHP"   | version | memory, KiB | passes | lanes | salt    | sum                     |
///  | 3 bytes | 1       | 4           | 4      | 4     | 16      | 8, of SHA-256 before it |
///  +---------+---------+-------------+--------+-------+---------+-------------------------+
/// </code>
/// Numbers are big-endian. The sum names damage, which would else look like a wrong passphrase; it protects nothing.
/// </summary>
internal sealed record PassphraseParameters(int MemoryKibibytes, int Passes, int Lanes, ReadOnlyMemory<byte> Salt)
{
    internal const int SaltSize = 16;

    private const int SumSize = 8;
    private const int Size = 16 + SaltSize + SumSize;

    // The second recommended choice of RFC 9106 section 4, and above OWASP's minimum.
    private const int DefaultMemoryKibibytes = 64 * 1024;
    private const int DefaultPasses = 3;
    private const int DefaultLanes = 4;

    // A database that somebody else wrote must not make the start take all memory or forever.
    private const int MaximumMemoryKibibytes = 4 * 1024 * 1024;
    private const int MaximumPasses = 64;
    private const int MaximumLanes = 64;

    private static ReadOnlySpan<byte> Header => "KHP\u0001"u8;

    internal static PassphraseParameters Choose() =>
        new(DefaultMemoryKibibytes, DefaultPasses, DefaultLanes, RandomNumberGenerator.GetBytes(SaltSize));

    internal byte[] Write()
    {
        byte[] form = new byte[Size];
        Header.CopyTo(form);
        BinaryPrimitives.WriteInt32BigEndian(form.AsSpan(4), MemoryKibibytes);
        BinaryPrimitives.WriteInt32BigEndian(form.AsSpan(8), Passes);
        BinaryPrimitives.WriteInt32BigEndian(form.AsSpan(12), Lanes);
        Salt.Span.CopyTo(form.AsSpan(16));
        SHA256.HashData(form.AsSpan(0, Size - SumSize)).AsSpan(0, SumSize).CopyTo(form.AsSpan(Size - SumSize));
        return form;
    }

    /// <summary><see cref="RootKeyException"/> when they are damaged or beyond reason.</summary>
    internal static PassphraseParameters Read(ReadOnlySpan<byte> form)
    {
        if (form.Length != Size || !form.StartsWith(Header))
        {
            throw Damaged("they are not in the form of version 1");
        }

        ReadOnlySpan<byte> sum = SHA256.HashData(form[..^SumSize]).AsSpan(0, SumSize);
        if (!form[^SumSize..].SequenceEqual(sum))
        {
            throw Damaged("their sum does not fit");
        }

        var parameters = new PassphraseParameters(
            BinaryPrimitives.ReadInt32BigEndian(form[4..]),
            BinaryPrimitives.ReadInt32BigEndian(form[8..]),
            BinaryPrimitives.ReadInt32BigEndian(form[12..]),
            form.Slice(16, SaltSize).ToArray()
        );
        return parameters.AreReasonable
            ? parameters
            : throw Damaged(
                $"{parameters.MemoryKibibytes} KiB, {parameters.Passes} passes and {parameters.Lanes} lanes are out of "
                    + $"bounds; expected at most {MaximumMemoryKibibytes} KiB, {MaximumPasses} passes and {MaximumLanes} lanes"
            );
    }

    private bool AreReasonable =>
        Passes is >= 1 and <= MaximumPasses
        && Lanes is >= 1 and <= MaximumLanes
        && MemoryKibibytes >= 8 * Lanes
        && MemoryKibibytes <= MaximumMemoryKibibytes;

    private static RootKeyException Damaged(string reason) =>
        new(
            $"The parameters of the passphrase in the table root_keys are damaged: {reason}. "
                + "Restore the database from a backup."
        );
}
