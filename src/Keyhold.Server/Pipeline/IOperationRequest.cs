using Keyhold.Server.Access;

namespace Keyhold.Server.Pipeline;

/// <summary>A parsed request, which knows what it is about: the access check decides on that.</summary>
internal interface IOperationRequest
{
    Resource Resource { get; }
}
