using Keyhold.Protocol.Signing;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace Keyhold.Protocol.Tests.Signing;

/// <summary>SM3 as a host registers it.</summary>
internal static class Sm3
{
    public static readonly HashFunction HashFunction = new(
        "SM3",
        32,
        (data, destination) =>
        {
            var digest = new SM3Digest();
            digest.BlockUpdate(data);
            digest.DoFinal(destination);
        },
        (key, data, destination) =>
        {
            var mac = new HMac(new SM3Digest());
            mac.Init(new KeyParameter(key));
            mac.BlockUpdate(data);
            mac.DoFinal(destination);
        }
    );
}
