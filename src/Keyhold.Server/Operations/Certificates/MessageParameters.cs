using Keyhold.Crypto.Keys;
using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>Algorithm, MessageType and Message, read alike by signing and verifying.</summary>
internal sealed record MessageParameters(SigningAlgorithm Algorithm, MessageType Type, ReadOnlyMemory<byte> Message)
{
    /// <summary>The API's limit for RAW messages.</summary>
    public const int MaximumMessage = 4096;

    private const string Raw = "RAW";
    private const string Digest = "DIGEST";
    private static readonly string[] Types = [Raw, Digest];
    private static readonly string[] Algorithms = [.. SigningAlgorithm.All.Select(algorithm => algorithm.Name)];

    public static MessageParameters Parse(Parameters parameters)
    {
        var name = parameters.RequiredOneOf("Algorithm", Algorithms);
        if (!SigningAlgorithm.TryParse(name, out var algorithm))
        {
            throw new InvalidOperationException("A listed algorithm does not parse.");
        }

        var type = string.Equals(parameters.OptionalOneOf("MessageType", Types), Digest, StringComparison.Ordinal)
            ? MessageType.Digest
            : MessageType.Raw;
        var message = parameters.RequiredBase64("Message", RequestLimits.MaxBodyBytes);
        if (message.Length > MaximumMessage)
        {
            throw ApiException.InvalidParameter(
                "Message",
                $"it has {message.Length} bytes, but at most {MaximumMessage} are taken",
                $"Compute its {algorithm.DigestName} value and send that with MessageType DIGEST"
            );
        }

        if (type == MessageType.Digest && message.Length != algorithm.DigestSize)
        {
            throw ApiException.InvalidParameter(
                "Message",
                $"with MessageType DIGEST it must be the {algorithm.DigestSize} bytes of a digest, but it has {message.Length}",
                $"Send the {algorithm.DigestName} value, or the whole message with MessageType RAW"
            );
        }

        return new MessageParameters(algorithm, type, message);
    }

    /// <summary>The algorithm must be one of the certificate's key.</summary>
    public void RequireFitting(CertificateRow row) =>
        AlgorithmFit.Require(
            row,
            Algorithm.Name,
            Algorithm.KeySpec,
            spec => spec.SigningAlgorithms.Select(a => a.Name)
        );
}
