using Keyhold.Server.Access;

namespace Keyhold.Server.Pipeline;

/// <summary>A parsed request, which knows what it is about: the access check decides on that.</summary>
internal interface IOperationRequest
{
    Resource Resource { get; }

    /// <summary>A second resource that the caller needs the same right to; null when there is none.</summary>
    Resource? OtherResource => null;
}
