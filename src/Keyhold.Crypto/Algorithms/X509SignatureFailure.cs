namespace Keyhold.Crypto.Algorithms;

/// <summary>Why a signature on a certificate or request did not verify.</summary>
internal enum X509SignatureFailure
{
    None,

    /// <summary>The signature is not this key's over this data, or is malformed.</summary>
    Bad,

    /// <summary>The signature algorithm is not one that is verified here (MD5, RSA-PSS with mixed hashes, ...).</summary>
    UnsupportedAlgorithm,

    /// <summary>The AlgorithmIdentifier of the signature is malformed or has parameters it may not have.</summary>
    MalformedAlgorithm,

    /// <summary>The key is of another kind than the algorithm, on an unknown curve, or of a size out of range.</summary>
    UnsupportedKey,

    /// <summary>The SubjectPublicKeyInfo cannot be read, or its point is not on its curve.</summary>
    MalformedKey,
}
