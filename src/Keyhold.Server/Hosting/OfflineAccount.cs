using System.Buffers;
using System.Collections.Frozen;
using System.Net;
using Keyhold.Protocol;
using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Audit;
using Keyhold.Server.Operations;
using Keyhold.Server.Operations.AccessKeys;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Audit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keyhold.Server.Hosting;

/// <summary>
/// The users, access keys and policies of a data folder whose server is stopped: the way back in when no key is left.
/// Whoever can open the folder is its owner, so the account's root asks; what is run are the operations of the API.
/// </summary>
public sealed class OfflineAccount : IAsyncDisposable
{
    private readonly OpenedFolder folder;
    private readonly AccountParts parts;
    private readonly FrozenDictionary<string, RegisteredOperation> operations;
    private readonly Principal root;

    private OfflineAccount(OpenedFolder folder, ServerOptions options, TimeProvider time)
    {
        this.folder = folder;
        var installation = new Installation(options.Region, options.AccountId);
        parts = new AccountParts(folder, installation, NullLogger.Instance, time);
        operations = OperationTable.RamOf(parts);
        root = new Principal("", Principal.RootOf(options.AccountId));
    }

    /// <summary>Opens and locks the folder; <see cref="StartException"/> when a server uses it.</summary>
    public static async Task<OfflineAccount> OpenAsync(
        ServerOptions options,
        TimeProvider time,
        CancellationToken stop
    ) =>
        new(
            await OfflineFailure.ExplainAsync(async () =>
                await DataFolder.OpenAsync(options with { Dev = false }, time, stop)
            ),
            options,
            time
        );

    /// <summary>Every change of a stopped folder goes through here. The answer is the API's, as JSON, with its HTTP status.</summary>
    public Task<(int Status, ReadOnlyMemory<byte> Body)> CallAsync(
        string action,
        IEnumerable<KeyValuePair<string, string>> parameters,
        CancellationToken stop
    ) => OfflineFailure.ExplainAsync(() => RunAsync(action, parameters, stop));

    private async Task<(int Status, ReadOnlyMemory<byte> Body)> RunAsync(
        string action,
        IEnumerable<KeyValuePair<string, string>> parameters,
        CancellationToken stop
    )
    {
        var context = new RequestContext(
            RequestId.New(),
            new RequestOrigin(IPAddress.None, IsSecure: false),
            UserAgent: "",
            parts.Time.GetUtcNow()
        );
        var operation = operations[action];
        var given = Parameters.From(parameters);
        var command = CommandEvent.Of(action) with { RequestId = context.RequestId };
        var body = new ArrayBufferWriter<byte>();
        AuditIntent? intent = null;
        try
        {
            // The wrong file is soon named: a private key must not get into the trail.
            StrayPrivateKey.Refuse(given);
            command = Tell(command, operation.Info, given);
            intent = folder.Trail.BeginIntent(command);
            var answer = await operation.RunAsync(given, root, parts.Access, context, stop);
            Answer.Write(body, AnswerFormat.Json, context.RequestId, answer);
            await folder.Trail.RecordAsync(command with { Resource = AboutIn(context, command) }, intent);
            return (200, body.WrittenMemory);
        }
        catch (Exception failure) when (failure is not ApiException)
        {
            // Its intent makes up for it when it was committed and nothing can be written now.
            intent?.Dispose();
            await folder.Trail.RecordIfPossibleAsync(command with { Error = ("Refused", failure.Message) });
            throw;
        }
        catch (ApiException refusal)
        {
            Answer.WriteError(body, AnswerFormat.Json, context.RequestId, hostId: "", refusal.Error, refusal.Message);
            await folder.Trail.RecordAsync(
                command with
                {
                    Resource = AboutIn(context, command),
                    Error = (refusal.Error.Code, refusal.Message),
                },
                intent
            );
            return (refusal.Error.HttpStatus, body.WrittenMemory);
        }
    }

    public async ValueTask DisposeAsync()
    {
        parts.Dispose();
        await folder.DisposeAsync();
    }

    /// <summary>What was made, else the access key that was named, else what the access check was asked about.</summary>
    private static (string Kind, string Id)? AboutIn(RequestContext context, CommandEvent command) =>
        CommandEvent.About(context.Notes.Made) ?? command.Resource ?? CommandEvent.About(context.Notes.About);

    private static CommandEvent Tell(CommandEvent command, OperationInfo operation, Parameters given) =>
        command with
        {
            Parameters =
            [
                .. given
                    .All.Where(each => operation.Audited.Contains(each.Key, StringComparer.Ordinal))
                    .Select(each => (each.Key, each.Value)),
            ],
            Resource = given.Optional(AccessKeyTarget.Parameter) is { } id ? CommandEvent.AccessKey(id) : null,
        };
}
