namespace Keyhold.Protocol.Signing;

/// <summary>An access key to sign with. Secret: UTF-8 bytes; the owner clears them.</summary>
public sealed record SigningCredential(string AccessKeyId, ReadOnlyMemory<byte> Secret)
{
    /// <summary>Leaves the secret out, so that no log can hold it.</summary>
    public override string ToString() => AccessKeyId;
}
