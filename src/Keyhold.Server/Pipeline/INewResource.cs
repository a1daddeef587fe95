using Keyhold.Server.Access;

namespace Keyhold.Server.Pipeline;

/// <summary>The response of an operation that makes something: the audit trail says what.</summary>
internal interface INewResource
{
    Resource Made { get; }
}
