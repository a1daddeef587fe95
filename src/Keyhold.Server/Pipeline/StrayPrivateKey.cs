using Keyhold.Protocol;
using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;

namespace Keyhold.Server.Pipeline;

/// <summary>A private key in a parameter is a mishap to be told of, whatever the operation would have said.</summary>
internal static class StrayPrivateKey
{
    /// <summary>InvalidParameter when a parameter's name or value holds one.</summary>
    public static void Refuse(Parameters parameters)
    {
        foreach (var (name, value) in parameters.All)
        {
            if (PrivateKeyLeak.IsIn(value) || PrivateKeyLeak.IsIn(name))
            {
                throw ApiException.InvalidParameter(
                    PrivateKeyLeak.IsIn(name) ? "A parameter's name" : name,
                    "it contains a private key",
                    "Remove the PRIVATE KEY block: a private key never belongs into this request. Treat the key as exposed and make a new one"
                );
            }
        }
    }
}
