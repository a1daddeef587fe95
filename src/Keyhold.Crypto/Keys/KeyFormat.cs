namespace Keyhold.Crypto.Keys;

/// <summary>The reasons to refuse a key, worded in one place so that public and private keys are refused alike.</summary>
internal static class KeyFormat
{
    private const string ThreeKinds = "RSA with 2048 bits, EC on P-256 or SM2";

    internal static KeyFormatException NotPkcs8() =>
        new(
            "The private key cannot be read: expected DER of an unencrypted PKCS#8 PrivateKeyInfo (RFC 5208). "
                + "Convert it with `openssl pkcs8 -topk8 -nocrypt -outform DER`."
        );

    internal static KeyFormatException NotSubjectPublicKeyInfo() =>
        new(
            "The public key cannot be read: expected DER of a SubjectPublicKeyInfo (RFC 5280). "
                + "Convert it with `openssl pkey -pubout -outform DER`."
        );

    internal static KeyFormatException OtherKind(string algorithm, string? curve) =>
        new(
            algorithm is ObjectIdentifiers.EcPublicKey
                ? $"The key is on {(curve is null ? "a curve that is not named by an object identifier" : $"the curve {curve}")}; "
                    + $"expected {ThreeKinds}, the curve given by name. Use a key of one of these kinds."
                : $"The key's algorithm is {algorithm}; expected {ThreeKinds}. Use a key of one of these kinds."
        );

    internal static KeyFormatException WrongRsaSize(int bits) =>
        new($"The key is RSA with {bits} bits; expected {ThreeKinds}. Use a key of one of these kinds.");

    internal static KeyFormatException BadRsaModulus() =>
        new(
            "The modulus of the RSA key is even; expected a product of two odd primes. The key is damaged: "
                + "export it again from where it was made."
        );

    internal static KeyFormatException BadRsaExponent() =>
        new(
            "The public exponent of the RSA key is even, 1 or longer than 256 bits; expected an odd number from 3. "
                + "Make a new key with the usual exponent 65537."
        );

    internal static KeyFormatException Inconsistent() =>
        new(
            "The parts of the private key do not belong together: the key is damaged or was changed. "
                + "Export it again from where it was made."
        );

    internal static KeyFormatException BadPoint() =>
        new(
            "The public key is not an uncompressed point on its curve (65 bytes from 04 on). "
                + "Export it again, with `-conv_form uncompressed` if it was compressed."
        );
}
