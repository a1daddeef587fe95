using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;

namespace Keyhold.Server.Pipeline;

/// <summary>An operation in the table: the same three steps for every one, with its types hidden.</summary>
internal abstract class RegisteredOperation
{
    public abstract OperationInfo Info { get; }

    /// <summary>Binds the parameters, asks the access check, then runs. There is no other way to run an operation.</summary>
    public abstract ValueTask<IAnswer> RunAsync(
        Parameters parameters,
        Principal principal,
        AccessCheck access,
        RequestContext context,
        CancellationToken stop
    );

    public static RegisteredOperation Of<TRequest, TResponse>(IOperation<TRequest, TResponse> operation)
        where TRequest : IOperationRequest
        where TResponse : IAnswer => new Typed<TRequest, TResponse>(operation);

    private sealed class Typed<TRequest, TResponse>(IOperation<TRequest, TResponse> operation) : RegisteredOperation
        where TRequest : IOperationRequest
        where TResponse : IAnswer
    {
        public override OperationInfo Info => operation.Info;

        public override async ValueTask<IAnswer> RunAsync(
            Parameters parameters,
            Principal principal,
            AccessCheck access,
            RequestContext context,
            CancellationToken stop
        )
        {
            var request = operation.Parse(parameters);
            context.Notes.About = request.Resource;
            var caller = await access.AuthorizeAsync(principal, operation.Info, request.Resource, context, stop);
            if (request.OtherResource is { } other)
            {
                await access.AuthorizeAsync(principal, operation.Info, other, context, stop);
            }

            var response = await operation.HandleAsync(request, caller, stop);
            context.Notes.Made = (response as INewResource)?.Made;
            return response;
        }
    }
}
