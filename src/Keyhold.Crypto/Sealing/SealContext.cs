namespace Keyhold.Crypto.Sealing;

/// <summary>
/// What a sealed secret is bound to. It opens only under the same purpose (such as "certificate-private-key"), owner
/// (account id) and row id that it was sealed under.
/// </summary>
public readonly record struct SealContext(string Purpose, string Owner, string RowId);
