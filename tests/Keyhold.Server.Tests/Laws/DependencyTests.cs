using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Dependencies;
using ArchUnitNET.Loader;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Tests.Laws;

/// <summary>Laws 2, 3 and 4: what operations may know, and who may prove a right.</summary>
public class DependencyTests
{
    private static readonly Architecture Server = new ArchLoader().LoadAssemblies(typeof(Dispatcher).Assembly).Build();

    [Fact]
    public void There_are_operations_to_look_at() => Assert.True(OperationClasses().Count() > 15);

    [Theory]
    [InlineData("Microsoft.AspNetCore", "the transport")]
    [InlineData("System.Net.Http", "other servers")]
    [InlineData("Keyhold.Storage.Sqlite", "the kind of database")]
    [InlineData("Keyhold.Storage.Postgres", "the kind of database")]
    [InlineData("Npgsql", "the kind of database")]
    [InlineData("Keyhold.Protocol.Signing", "the signature")]
    [InlineData("Microsoft.Data.Sqlite", "the kind of database")]
    public void Operations_do_not_know(string forbidden, string what)
    {
        var offenders = Server
            .Types.Where(type => InNamespace(type, "Keyhold.Server.Operations"))
            .Where(type => type.Dependencies.Any(dependency => InNamespace(dependency.Target, forbidden)))
            .Select(type => type.FullName);
        Assert.True(!offenders.Any(), $"These know {what}: {string.Join(", ", offenders)}");
    }

    [Fact]
    public void Operations_do_not_know_each_other()
    {
        var operations = OperationClasses().ToHashSet();
        var offenders =
            from operation in operations
            from part in Server.Types.Where(type => IsPartOf(type, operation))
            from dependency in part.Dependencies
            let other = operations.FirstOrDefault(candidate => IsPartOf(dependency.Target, candidate))
            where other is not null && !Equals(other, operation)
            select $"{part.FullName} knows {other.FullName}";
        Assert.Empty(offenders.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_the_access_check_makes_the_proof_that_a_key_may_be_used()
    {
        var makers = Server
            .Types.Where(type =>
                type.Dependencies.OfType<MethodCallDependency>().Any(call => IsConstructorOfKeyUse(call.TargetMember))
                && type.FullName != typeof(KeyUse).FullName
            )
            .Select(type => type.FullName);
        Assert.Equal([typeof(AccessCheck).FullName], makers);
    }

    [Fact]
    public void Only_the_vault_and_the_import_handle_private_keys_outside_a_lease()
    {
        string[] openers =
        [
            .. Server
                .Types.Where(type =>
                    type.Dependencies.OfType<MethodCallDependency>()
                        .Any(call =>
                            call.Target.FullName == typeof(Crypto.Keys.PrivateKey).FullName
                            && call.TargetMember.Name.StartsWith("FromPkcs8", StringComparison.Ordinal)
                        )
                )
                .Select(type => type.FullName),
        ];
        Assert.Equal(
            ["Keyhold.Server.Vault.AuditKeyVault", "Keyhold.Server.Vault.KeyVault", "Keyhold.Server.Vault.RowProof"],
            openers.Order()
        );
    }

    private static bool IsConstructorOfKeyUse(IMember member) =>
        member.DeclaringType.FullName == typeof(KeyUse).FullName
        && member.Name.StartsWith(".ctor", StringComparison.Ordinal);

    private static IEnumerable<Class> OperationClasses() =>
        Server.Classes.Where(type =>
            type.ImplementedInterfaces.Any(contract =>
                contract.FullName.StartsWith("Keyhold.Server.Pipeline.IOperation`2", StringComparison.Ordinal)
            )
        );

    private static bool IsPartOf(IType type, Class operation) =>
        type.FullName == operation.FullName
        || type.FullName.StartsWith(operation.FullName + "+", StringComparison.Ordinal);

    private static bool InNamespace(IType type, string name) =>
        type.FullName.StartsWith(name + ".", StringComparison.Ordinal);
}
