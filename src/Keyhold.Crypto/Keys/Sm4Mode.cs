namespace Keyhold.Crypto.Keys;

/// <summary>How SM4 wraps a private number: block by block, or chained from an initial block that stands before it.</summary>
public enum Sm4Mode
{
    Ecb,
    Cbc,
}
