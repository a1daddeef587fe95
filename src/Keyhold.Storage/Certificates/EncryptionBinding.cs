using System.Buffers.Binary;

namespace Keyhold.Storage.Certificates;

/// <summary>
/// What a certificate's row says of the encryption certificate that belongs to it, in the column encryption_sha256: which
/// one, and in which revision of its row, so that an earlier row of the very same certificate does not pass for it.
/// <code>
/// SHA-256 of the certificate's DER, 32 bytes                                          written by the first programs
/// SHA-256 of the certificate's DER, 32 bytes | revision of the row, 8 bytes, big-endian
/// </code>
/// </summary>
internal static class EncryptionBinding
{
    private const int HashSize = 32;
    private const int Size = HashSize + sizeof(long);

    public static byte[] Of(EncryptionCertificateRow encryption)
    {
        var binding = new byte[Size];
        encryption.Sha256.CopyTo(binding, 0);
        BinaryPrimitives.WriteInt64BigEndian(binding.AsSpan(HashSize), encryption.Revision);
        return binding;
    }

    /// <summary>A binding of the older form is kept as far as it says something; the next import writes the newer one.</summary>
    public static bool Binds(ReadOnlySpan<byte> binding, EncryptionCertificateRow encryption) =>
        binding.Length == HashSize ? binding.SequenceEqual(encryption.Sha256) : binding.SequenceEqual(Of(encryption));
}
