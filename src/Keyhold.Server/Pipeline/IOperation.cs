using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;

namespace Keyhold.Server.Pipeline;

/// <summary>
/// One API action. It gets typed values and a caller who passed every check, and returns what to answer;
/// it never sees the transport, the signature or the database's kind.
/// </summary>
internal interface IOperation<TRequest, TResponse>
    where TRequest : IOperationRequest
    where TResponse : IAnswer
{
    OperationInfo Info { get; }

    /// <summary>Turns texts into types; every refusal names the parameter.</summary>
    TRequest Parse(Parameters parameters);

    ValueTask<TResponse> HandleAsync(TRequest request, Caller caller, CancellationToken stop);
}
