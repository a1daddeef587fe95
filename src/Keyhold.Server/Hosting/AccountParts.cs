using Keyhold.Server.Access;
using Keyhold.Server.Vault;
using Keyhold.Storage.Accounts;
using Keyhold.Storage.Certificates;
using Microsoft.Extensions.Logging;

namespace Keyhold.Server.Hosting;

/// <summary>The parts that know who may do what: users, access keys, policies. A stopped data folder has these and no others.</summary>
internal sealed class AccountParts : IDisposable
{
    public AccountParts(OpenedFolder folder, Installation installation, ILogger logger, TimeProvider time)
    {
        var database = folder.IntendingDatabase;
        var authenticator = new RowAuthenticator(folder.Ring);
        var users = new UserStore(database, authenticator);
        var policies = new PolicyStore(database, authenticator);
        Installation = installation;
        Time = time;
        Certificates = new CertificateStore(database, authenticator);
        AccessKeys = folder.AccessKeysOf(installation, time);
        AccessKeyUses = new AccessKeyUses(new AccessKeyUseStore(database, authenticator), logger, time);
        UserPolicies = new UserPolicies(users, policies);
        Users = new Users(users, UserPolicies, installation, time);
        Policies = new PolicyLibrary(policies, UserPolicies, time);
        Access = new AccessCheck(installation, UserPolicies, Certificates);
    }

    public Installation Installation { get; }
    public TimeProvider Time { get; }
    public CertificateStore Certificates { get; }
    public AccessKeys AccessKeys { get; }
    public AccessKeyUses AccessKeyUses { get; }
    public UserPolicies UserPolicies { get; }
    public Users Users { get; }
    public PolicyLibrary Policies { get; }
    public AccessCheck Access { get; }

    /// <summary>What is only remembered in memory reaches the disk; called before <see cref="Dispose"/>, while the database is open.</summary>
    public ValueTask FlushAsync(CancellationToken stop) => AccessKeyUses.FlushAsync(stop);

    public void Dispose()
    {
        AccessKeyUses.Dispose();
        AccessKeys.Dispose();
    }
}
