namespace Keyhold.Crypto.Certificates;

/// <summary>What is to be judged: the PEM texts as they came, and what is known of the request they answer.</summary>
/// <param name="ExpectedPublicKey">The SubjectPublicKeyInfo of the key; null when any key is right.</param>
/// <param name="Request">The request, to tell what the CA changed; null when there is none.</param>
public sealed record CertificateSubmission(
    ReadOnlyMemory<byte>? ExpectedPublicKey,
    SigningRequest? Request,
    string Certificate,
    string? CertificateChain
);
