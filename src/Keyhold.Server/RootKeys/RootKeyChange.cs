using Keyhold.Crypto.Sealing;

namespace Keyhold.Server.RootKeys;

/// <summary>What somebody should know who has changed the root key.</summary>
internal static class RootKeyChange
{
    public static string Tell(RootKeyPlace before, RootKeyPlace now, string id) =>
        $"The key ring is sealed by another root key now, {now.Text} (id {id}). Start the server with --root-key "
        + $"\"{now.Text}\" from now on. The old root key, {before.Text}, was left as it is: backups made before today open "
        + "with it alone.";
}
