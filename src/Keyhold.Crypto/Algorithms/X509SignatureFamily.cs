namespace Keyhold.Crypto.Algorithms;

/// <summary>The kinds of signature that differ in how they are verified.</summary>
internal enum X509SignatureFamily
{
    RsaPkcs1,
    RsaPss,
    Ecdsa,
    Sm2,
    Ed25519,
}
