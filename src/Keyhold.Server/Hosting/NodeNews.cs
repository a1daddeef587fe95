using Keyhold.Server.Operations.Certificates;
using Keyhold.Storage;

namespace Keyhold.Server.Hosting;

/// <summary>
/// What nodes on one database tell each other, so that a key that must go leaves their memories soon. Whether it may be
/// used is not decided by this: every use reads the row. Without other nodes nothing is told.
/// </summary>
internal sealed class NodeNews(SealSwitch seal) : IAsyncDisposable
{
    private const string Certificate = "certificate ";
    private const string AccessKey = "access-key ";
    private const string Policies = "policies";

    private NodePresence? presence;

    public async ValueTask EnterAsync(Database database, string node, CancellationToken stop) =>
        presence = await database.EnterAsync(node, Hear, stop);

    /// <summary>From here on the parts' own changes are told.</summary>
    public void Join(Parts parts)
    {
        parts.Vault.Forgot = id => presence?.Tell(Certificate + id.Value);
        parts.Account.AccessKeys.Forgot = id => presence?.Tell(AccessKey + id);
        parts.Account.UserPolicies.Forgot = () => presence?.Tell(Policies);
    }

    public ValueTask DisposeAsync() => presence?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Hear(string news) => _ = HearAsync(news);

    private async Task HearAsync(string news)
    {
        using var use = seal.TryUse();
        if (use?.Parts is not { } parts)
        {
            return;
        }

        if (news.StartsWith(Certificate, StringComparison.Ordinal))
        {
            parts.Vault.Drop(new CertificateId(news[Certificate.Length..]));
        }
        else if (news.StartsWith(AccessKey, StringComparison.Ordinal))
        {
            await parts.Account.AccessKeys.ReconsiderAsync(news[AccessKey.Length..], use.Ending);
        }
        else if (news is Policies)
        {
            parts.Account.UserPolicies.Drop();
        }
        else
        {
            parts.Vault.DropAll();
            parts.Account.UserPolicies.Drop();
        }
    }
}
