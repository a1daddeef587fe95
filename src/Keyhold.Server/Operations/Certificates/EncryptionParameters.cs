using Keyhold.Crypto.Keys;
using Keyhold.Protocol.Rpc;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>The Algorithm of encryption, read and checked alike by encrypting and decrypting.</summary>
internal static class EncryptionParameters
{
    private static readonly string[] Algorithms = [.. EncryptionAlgorithm.All.Select(algorithm => algorithm.Name)];

    public static EncryptionAlgorithm ParseAlgorithm(Parameters parameters) =>
        EncryptionAlgorithm.TryParse(parameters.RequiredOneOf("Algorithm", Algorithms), out var algorithm)
            ? algorithm
            : throw new InvalidOperationException("A listed algorithm does not parse.");

    /// <summary>The algorithm must be one of the certificate's key.</summary>
    public static void RequireFitting(CertificateRow row, EncryptionAlgorithm algorithm) =>
        AlgorithmFit.Require(
            row,
            algorithm.Name,
            algorithm.KeySpec,
            spec => spec.EncryptionAlgorithms.Select(fitting => fitting.Name)
        );
}
