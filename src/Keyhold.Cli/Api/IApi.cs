namespace Keyhold.Cli.Api;

/// <summary>Something that answers operations: a server, or the data folder of a stopped one.</summary>
internal interface IApi
{
    /// <summary>The answer when it is a good one, else <see cref="RefusedException"/>.</summary>
    Task<ApiAnswer> CallAsync(
        string action,
        IEnumerable<KeyValuePair<string, string>> parameters,
        CancellationToken stop
    );
}
