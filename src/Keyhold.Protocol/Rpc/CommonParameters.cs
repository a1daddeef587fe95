namespace Keyhold.Protocol.Rpc;

/// <summary>
/// The parameters that belong to every request and to no operation. RegionId is not among them:
/// older clients send it always, but some operations have it as their own.
/// </summary>
internal static class CommonParameters
{
    public static ReadOnlySpan<byte> Action => "Action"u8;
    public static ReadOnlySpan<byte> Version => "Version"u8;
    public static ReadOnlySpan<byte> Format => "Format"u8;
    public static ReadOnlySpan<byte> AccessKeyId => "AccessKeyId"u8;
    public static ReadOnlySpan<byte> Signature => "Signature"u8;
    public static ReadOnlySpan<byte> SignatureMethod => "SignatureMethod"u8;
    public static ReadOnlySpan<byte> SignatureVersion => "SignatureVersion"u8;
    public static ReadOnlySpan<byte> SignatureType => "SignatureType"u8;
    public static ReadOnlySpan<byte> SignatureNonce => "SignatureNonce"u8;
    public static ReadOnlySpan<byte> Timestamp => "Timestamp"u8;
    public static ReadOnlySpan<byte> SecurityToken => "SecurityToken"u8;

    public static bool Contains(ReadOnlySpan<byte> name) =>
        name.SequenceEqual(Action)
        || name.SequenceEqual(Version)
        || name.SequenceEqual(Format)
        || name.SequenceEqual(AccessKeyId)
        || name.SequenceEqual(Signature)
        || name.SequenceEqual(SignatureMethod)
        || name.SequenceEqual(SignatureVersion)
        || name.SequenceEqual(SignatureType)
        || name.SequenceEqual(SignatureNonce)
        || name.SequenceEqual(Timestamp)
        || name.SequenceEqual(SecurityToken)
        || name.SequenceEqual("BearerToken"u8);
}
