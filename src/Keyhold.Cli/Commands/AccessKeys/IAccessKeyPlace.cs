namespace Keyhold.Cli.Commands.AccessKeys;

/// <summary>Where access keys are administered: on a running server, or in the data folder of a stopped one.</summary>
internal interface IAccessKeyPlace : IAsyncDisposable
{
    Task<AccessKeyAnswer> CreateAsync(CancellationToken stop);

    Task<AccessKeyAnswer> ListAsync(CancellationToken stop);

    Task<AccessKeyAnswer> SetEnabledAsync(string accessKeyId, bool enabled, CancellationToken stop);

    Task<AccessKeyAnswer> DeleteAsync(string accessKeyId, CancellationToken stop);
}
