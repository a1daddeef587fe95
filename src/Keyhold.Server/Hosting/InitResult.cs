using Keyhold.Crypto.Sealing;

namespace Keyhold.Server.Hosting;

/// <summary>What preparing a data folder made. The access key's secret can be seen here and never again.</summary>
public sealed record InitResult(
    string DataFolder,
    RootKeyPlace RootKey,
    bool CreatedRootKey,
    string RootKeyId,
    InitialAccessKey AccessKey,
    bool GeneratedAccessKey,
    string AuditKeyFingerprint
);
