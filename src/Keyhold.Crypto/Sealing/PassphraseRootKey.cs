using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace Keyhold.Crypto.Sealing;

/// <summary>
/// A root key that Argon2id (RFC 9106) makes of a passphrase. The parameters are stored beside the ring, so that later
/// ones may differ. Making it takes some tenths of a second and 64 MiB on purpose.
/// </summary>
public sealed class PassphraseRootKey : IRootKey
{
    private readonly RootKeyMaterial material;

    private PassphraseRootKey(RootKeyMaterial material) => this.material = material;

    public string Id => material.Id;

    /// <summary>A new root key with a salt of its own, and the parameters to store.</summary>
    public static (PassphraseRootKey RootKey, byte[] Parameters) Create(ReadOnlySpan<byte> passphrase)
    {
        PassphraseText.Require(passphrase, chosenNow: true);
        var parameters = PassphraseParameters.Choose();
        return (new PassphraseRootKey(Derive(passphrase, parameters)), parameters.Write());
    }

    /// <summary>
    /// The root key of stored parameters; <see cref="WrongPassphraseException"/> when it is not the one expected, and
    /// <see cref="RootKeyException"/> when the parameters are damaged.
    /// </summary>
    public static PassphraseRootKey Open(
        ReadOnlySpan<byte> passphrase,
        ReadOnlySpan<byte> parameters,
        string expectedId
    )
    {
        var read = PassphraseParameters.Read(parameters);
        PassphraseText.Require(passphrase, chosenNow: false);
        RootKeyMaterial derived = Derive(passphrase, read);
        if (string.Equals(derived.Id, expectedId, StringComparison.Ordinal))
        {
            return new PassphraseRootKey(derived);
        }

        derived.Dispose();
        throw new WrongPassphraseException();
    }

    public byte[] Wrap(ReadOnlySpan<byte> context, ReadOnlySpan<byte> key) => material.Wrap(context, key);

    public byte[] Unwrap(ReadOnlySpan<byte> context, ReadOnlySpan<byte> wrapped) => material.Unwrap(context, wrapped);

    public void Dispose() => material.Dispose();

    internal static RootKeyMaterial Derive(ReadOnlySpan<byte> passphrase, PassphraseParameters parameters)
    {
        byte[] key = new byte[RootKeyMaterial.Size];
        byte[] copy = passphrase.ToArray();
        try
        {
            var generator = new Argon2BytesGenerator();
            generator.Init(
                new Argon2Parameters.Builder(Argon2Parameters.Argon2id)
                    .WithVersion(Argon2Parameters.Version13)
                    .WithMemoryAsKB(parameters.MemoryKibibytes)
                    .WithIterations(parameters.Passes)
                    .WithParallelism(parameters.Lanes)
                    .WithSalt(parameters.Salt.ToArray())
                    .Build()
            );
            generator.GenerateBytes(copy, key);
            return new RootKeyMaterial(key);
        }
        catch
        {
            CryptographicOperations.ZeroMemory(key);
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }
}
