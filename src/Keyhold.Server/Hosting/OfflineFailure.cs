using Keyhold.Crypto.Sealing;
using Keyhold.Server.Audit;
using Keyhold.Storage;

namespace Keyhold.Server.Hosting;

/// <summary>What a command on a stopped server's folder tells its user of what went wrong in the folder itself.</summary>
internal static class OfflineFailure
{
    /// <summary>Null for what says enough already, and for what nobody foresaw.</summary>
    public static StartException? Of(Exception failure) =>
        failure is RowTamperedException or StorageUnavailableException or AuditUnavailableException or SealException
            ? new StartException(failure.Message, "", failure)
            : null;

    /// <summary>Runs a piece of work on the folder; what <see cref="Of"/> knows passes in its words.</summary>
    public static async Task<T> ExplainAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (Of(failure) is not null)
        {
            throw Of(failure)!;
        }
    }
}
