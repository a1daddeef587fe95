using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Access;
using Keyhold.Server.Audit;
using Keyhold.Server.Expiry;
using Keyhold.Server.Limits;
using Keyhold.Server.Metrics;
using Keyhold.Server.Operations;
using Keyhold.Server.Operations.Certificates;
using Keyhold.Server.Pipeline;
using Keyhold.Server.Vault;
using Keyhold.Storage.Certificates;
using Keyhold.Storage.Expiry;
using Keyhold.Storage.Replays;

namespace Keyhold.Server.Hosting;

/// <summary>The parts that a server is made of, joined by hand: what depends on what can be read here.</summary>
internal sealed class Parts : IDisposable
{
    /// <summary>RSA keys made in advance: enough for a burst, and a second or two of one core to refill.</summary>
    private const int RsaKeysReady = 4;

    private readonly SharedReplays? sharedReplays;

    public Parts(
        OpenedFolder folder,
        Installation installation,
        JudgementOptions judgement,
        Instruments instruments,
        TimeProvider time,
        Throttle? throttle = null,
        ReplayWindow? replays = null,
        bool sharesReplays = false
    )
    {
        var ring = folder.Ring;
        Installation = installation;
        Judgement = judgement;
        Time = time;
        var authenticator = new RowAuthenticator(ring);
        var database = folder.IntendingDatabase;
        Certificates = new CertificateStore(database, authenticator);
        EncryptionCertificates = new EncryptionCertificateStore(database, authenticator);
        Account = new AccountParts(folder, installation, instruments.Logger, time);
        Vault = new KeyVault(ring, installation, instruments);
        Keys = new KeyPool(RsaKeysReady);
        Judge = new CertificateJudge(time, judgement);
        PendingOwner = new PendingOwner(Certificates);
        UploadRefusal = new UploadRefusal(PendingOwner);
        Importer = new CertificateImporter(Certificates, Vault, time);
        EncryptionRules = new EncryptionCertificateRules(Judge, UploadRefusal);
        EncryptionImporter = new EncryptionCertificateImporter(Certificates, EncryptionCertificates, Vault, time);
        Validity = new ValidityWatch(instruments, time);
        Expiries = new ExpiryCalendar(EncryptionCertificates);
        ExpiryNotices = new ExpiryNotices(
            new ExpiryNoticeStore(database, authenticator),
            folder.Trail,
            instruments,
            time
        );
        Operations = new OperationTable(this);
        sharedReplays = sharesReplays ? new SharedReplays(folder.Database, instruments.Logger, time) : null;
        var sm3 = new HashFunction("SM3", Sm3.SizeInBytes, Sm3.HashData, Sm3.Hmac);
        Dispatcher = new Dispatcher(
            Operations,
            new Authentication(
                Account.AccessKeys,
                Account.AccessKeyUses,
                new SignatureVerifier(time, replays ?? new ReplayWindow(time), [sm3]),
                throttle ?? Throttle.Off,
                sharedReplays
            ),
            Account.Access,
            new RequestAudit(folder.Trail, installation, time),
            instruments
        );
    }

    public Installation Installation { get; }
    public JudgementOptions Judgement { get; }
    public TimeProvider Time { get; }
    public CertificateStore Certificates { get; }
    public EncryptionCertificateStore EncryptionCertificates { get; }
    public AccountParts Account { get; }
    public KeyVault Vault { get; }
    public KeyPool Keys { get; }
    public KeyDerivation Derivation { get; } = new();
    public CertificateJudge Judge { get; }
    public PendingOwner PendingOwner { get; }
    public UploadRefusal UploadRefusal { get; }
    public CertificateImporter Importer { get; }
    public EncryptionCertificateRules EncryptionRules { get; }
    public EncryptionCertificateImporter EncryptionImporter { get; }
    public ValidityWatch Validity { get; }
    public ExpiryCalendar Expiries { get; }
    public ExpiryNotices ExpiryNotices { get; }
    public OperationTable Operations { get; }
    public Dispatcher Dispatcher { get; }

    public void Dispose()
    {
        sharedReplays?.Dispose();
        Keys.Dispose();
        Derivation.Dispose();
        Vault.Dispose();
        Account.Dispose();
    }
}
