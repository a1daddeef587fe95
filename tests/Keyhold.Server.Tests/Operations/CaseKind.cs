namespace Keyhold.Server.Tests.Operations;

/// <summary>The cases that every operation must have.</summary>
internal enum CaseKind
{
    Good,
    BadParameter,

    /// <summary>A user without the right to it is refused.</summary>
    RefusedByPolicy,
}
