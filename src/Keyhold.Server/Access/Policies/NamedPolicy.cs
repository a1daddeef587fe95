namespace Keyhold.Server.Access.Policies;

/// <summary>A document that is in force, with what it takes to name it: type, name and version.</summary>
internal sealed record NamedPolicy(string Type, string Name, string Version, PolicyDocument Document);
