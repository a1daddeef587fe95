using Keyhold.Server.Access;

namespace Keyhold.Server.Hosting;

/// <summary>Region and account that this Keyhold answers for; they appear in every ARN.</summary>
internal sealed record Installation(string Region, string AccountId)
{
    /// <summary><c>acs:kms:region:account:certificate/id</c>, or without <c>/id</c> for all of a kind.</summary>
    public string ArnOf(Resource resource) =>
        resource switch
        {
            { Kind: "" } => "*",
            { Id: null } => $"acs:kms:{Region}:{AccountId}:{resource.Kind}",
            _ => $"acs:kms:{Region}:{AccountId}:{resource.Kind}/{resource.Id}",
        };
}
