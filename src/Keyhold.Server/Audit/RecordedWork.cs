namespace Keyhold.Server.Audit;

/// <summary>Work of a command that is put on record however it ends, also when it failed in a way that nobody foresaw.</summary>
internal static class RecordedWork
{
    /// <param name="work">Adds to the event's parameters what it finds out. Its own exceptions pass.</param>
    /// <param name="record">Is given the event once it is known what came of it.</param>
    public static async Task<T> RunAsync<T>(
        CommandEvent asked,
        Func<List<(string Name, string Value)>, Task<T>> work,
        Func<CommandEvent, Task> record
    )
    {
        List<(string Name, string Value)> parameters = [.. asked.Parameters];
        (string Code, string Message)? error = null;
        try
        {
            return await work(parameters);
        }
        catch (Exception refused)
        {
            error = ("Refused", refused.Message);
            throw;
        }
        finally
        {
            await record(asked with { Parameters = [.. parameters], Error = error });
        }
    }
}
