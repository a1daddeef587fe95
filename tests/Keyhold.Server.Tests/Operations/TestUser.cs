namespace Keyhold.Server.Tests.Operations;

/// <summary>A user with an access key.</summary>
internal sealed record TestUser(string Name, string AccessKeyId, string Secret);
