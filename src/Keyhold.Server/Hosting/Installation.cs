using Keyhold.Server.Access;

namespace Keyhold.Server.Hosting;

/// <summary>Region and account that this Keyhold answers for; they appear in every ARN.</summary>
internal sealed record Installation(string Region, string AccountId)
{
    /// <summary>
    /// <c>acs:kms:region:account:certificate/id</c>, without <c>/id</c> for the container of all; for users and policies
    /// <c>acs:ram::account:user/name</c>, since RAM has no regions.
    /// </summary>
    public string ArnOf(Resource resource) =>
        resource switch
        {
            { Service: "" } => "*",
            { Service: "ram" } =>
                $"acs:ram::{(resource.IsSystem ? "system" : AccountId)}:{resource.Kind}/{resource.Id}",
            { Id: null } => $"acs:{resource.Service}:{Region}:{AccountId}:{resource.Kind}",
            _ => $"acs:{resource.Service}:{Region}:{AccountId}:{resource.Kind}/{resource.Id}",
        };
}
