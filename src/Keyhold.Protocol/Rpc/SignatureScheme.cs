namespace Keyhold.Protocol.Rpc;

/// <summary>How a request is signed: by a Signature parameter (V1) or an ACS3 Authorization header (V3).</summary>
public enum SignatureScheme
{
    V1,
    V3,
}
