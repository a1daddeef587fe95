namespace Keyhold.Server.Hosting;

/// <summary>An access key as it may be shown: without its secret. Status is Active or Inactive.</summary>
public sealed record OfflineAccessKey(string AccessKeyId, string Status, DateTimeOffset CreatedAt);
