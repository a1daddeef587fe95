namespace Keyhold.Server.Access.Policies;

/// <summary>What policies say of one request.</summary>
internal enum PolicyVerdict
{
    /// <summary>No statement allows it, so it is denied.</summary>
    ImplicitDeny,

    /// <summary>A statement denies it; whatever allows it does not matter.</summary>
    ExplicitDeny,

    Allow,
}
