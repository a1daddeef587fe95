using System.Diagnostics.CodeAnalysis;
using Keyhold.Crypto.Keys;
using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>
/// The wrapped private key of an encryption certificate, in one of the forms that CAs use: an SM2EnvelopedKey or an
/// escrowed key of CFCA, whole in EncryptedPrivateKey; or in two parts, with EncryptedSymmetricKey.
/// </summary>
internal sealed record EncryptionKeyEnvelope(
    Sm4Mode Mode,
    ReadOnlyMemory<byte> EncryptedPrivateKey,
    ReadOnlyMemory<byte>? EncryptedSymmetricKey
)
{
    /// <summary>Every form is a few hundred bytes.</summary>
    private const int MaximumSize = 4096;

    /// <summary>No whole form is as short as this; it is longer than any private number alone.</summary>
    private const int LongestNumberAlone = 80;

    private const string Ecb = "SM4_ECB";
    private const string Cbc = "SM4_CBC";
    private const string PrivateKeyName = "EncryptedPrivateKey";
    private const string SymmetricKeyName = "EncryptedSymmetricKey";
    private static readonly string[] AsymmetricAlgorithms = [EncryptionAlgorithm.Sm2Pke.Name];
    private static readonly string[] SymmetricAlgorithms = [Ecb, Cbc];

    public static EncryptionKeyEnvelope Parse(Parameters parameters)
    {
        parameters.RequiredOneOf("AsymmetricAlgorithm", AsymmetricAlgorithms);
        var symmetric = parameters.RequiredOneOf("SymmetricAlgorithm", SymmetricAlgorithms);
        var mode = string.Equals(symmetric, Cbc, StringComparison.Ordinal) ? Sm4Mode.Cbc : Sm4Mode.Ecb;
        var privateKey = ParsePrivateKey(parameters);
        if (parameters.Optional(SymmetricKeyName) is not null)
        {
            return new EncryptionKeyEnvelope(
                mode,
                privateKey,
                parameters.RequiredBase64(SymmetricKeyName, MaximumSize)
            );
        }

        if (privateKey.Length <= LongestNumberAlone)
        {
            throw ApiException.MissingParameter(SymmetricKeyName);
        }

        return mode == Sm4Mode.Ecb
            ? new EncryptionKeyEnvelope(mode, privateKey, EncryptedSymmetricKey: null)
            : throw ApiException.InvalidParameter(
                "SymmetricAlgorithm",
                $"found {Cbc}, but without {SymmetricKeyName} the key is in an SM2EnvelopedKey, which has {Ecb} only",
                $"Send {Ecb}, or the {SymmetricKeyName} as well"
            );
    }

    /// <summary>Every failure is the same <c>false</c>.</summary>
    public bool TryOpen(PrivateKey recipient, [NotNullWhen(true)] out PrivateKey? key) =>
        EncryptedSymmetricKey is { } symmetricKey
            ? Sm2SplitEnvelope.TryOpen(recipient, Mode, symmetricKey.Span, EncryptedPrivateKey.Span, out key)
            : Sm2EnvelopedKey.TryOpen(recipient, EncryptedPrivateKey.Span, out key)
                || CfcaEscrowedKey.TryOpen(recipient, EncryptedPrivateKey.Span, out key);

    private static byte[] ParsePrivateKey(Parameters parameters)
    {
        if (!CfcaEscrowedKey.TryReadText(parameters.Required(PrivateKeyName), out var base64))
        {
            throw ApiException.InvalidParameter(
                PrivateKeyName,
                "it begins with digits, as answers of CFCA do, but they do not give the length of what follows",
                "Send the CA's answer whole, or only the base64 behind its 80 digits"
            );
        }

        return Parameters
            .From([KeyValuePair.Create(PrivateKeyName, base64)])
            .RequiredBase64(PrivateKeyName, MaximumSize);
    }
}
