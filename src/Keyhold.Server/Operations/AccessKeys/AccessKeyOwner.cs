using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Hosting;
using Keyhold.Server.Operations.Users;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.AccessKeys;

/// <summary>Whose access keys a request is about: the named user's, or without UserName those of whoever asks, as in RAM.</summary>
internal sealed record AccessKeyOwner(UserName? UserName) : IOperationRequest
{
    public Resource Resource => UserName?.Resource ?? Resource.Caller;

    public static AccessKeyOwner Parse(Parameters parameters) => new(Users.UserName.ParseOptional(parameters));

    /// <summary>The owner as a RAM principal.</summary>
    public string PrincipalOf(Caller caller, Installation installation) =>
        UserName is { } name ? Principal.UserOf(installation.AccountId, name.Value) : caller.Principal.Owner;

    /// <summary>The user's name where RAM shows one; null for the account's root.</summary>
    public static string? NameOf(string owner, Installation installation) =>
        Principal.UserNameIn(owner, installation.AccountId);
}
