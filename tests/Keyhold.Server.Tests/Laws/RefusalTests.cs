using Keyhold.Protocol.Rpc;
using Keyhold.Server.Tests.Operations;

namespace Keyhold.Server.Tests.Laws;

/// <summary>What a user may not do is refused for every operation alike, and tells nothing of what exists.</summary>
public class RefusalTests : OperationTest
{
    public static TheoryData<string> Operations => [.. OperationSamples.All.Keys];

    [Fact]
    public void Every_operation_has_a_sample_and_every_sample_an_operation() =>
        Assert.Equal(
            Keyhold.Parts.Operations.All.Select(operation => operation.Name).Order(StringComparer.Ordinal),
            OperationSamples.All.Keys.Order(StringComparer.Ordinal)
        );

    [Fact]
    public void The_clients_know_which_operations_are_RAMs() =>
        Assert.Equal(
            Keyhold
                .Parts.Operations.All.Where(operation => operation.Service == "ram")
                .Select(operation => operation.Name)
                .Order(StringComparer.Ordinal),
            ApiVersion.RamActions.Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_user_without_the_right_is_refused_in_the_same_words_whether_it_exists_or_not(string operation)
    {
        var mallory = await Scenario.UserAsync(
            "mallory",
            // What only an explicit Deny can refuse has one; a right to something else is no right to this.
            Scenario.Statement("Deny", "kms:DescribeRegions", "*"),
            Scenario.Statement("Allow", "*", "acs:kms:cn-hangzhou:1000000000000001:certificate/other")
        );
        var absent = await CallAsync(mallory, operation, Scenario.OtherId);
        var id = await PrepareAsync();
        var existing = await CallAsync(mallory, operation, id);

        var action = Keyhold.Parts.Operations.All.Single(info => info.Name == operation).AccessAction;
        var resource = OperationSamples.All[operation].Resources[0];
        foreach (var (reply, used) in new[] { (absent, Scenario.OtherId), (existing, id) })
        {
            reply.Refused(403, "Forbidden.NoPermission");
            Assert.Equal(
                "This operation is forbidden by permission system. acs:ram::1000000000000001:user/mallory may not do "
                    + $"{action} on {resource.Replace("{id}", used, StringComparison.Ordinal)}.",
                reply.Message
            );
        }

        Assert.Equal(Shape(absent, Scenario.OtherId), Shape(existing, id));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task The_one_action_on_just_this_resource_is_enough(string operation)
    {
        var id = await PrepareAsync();
        var action = Keyhold.Parts.Operations.All.Single(info => info.Name == operation).AccessAction;
        var resources = OperationSamples
            .All[operation]
            .Resources.Select(resource => resource.Replace("{id}", id, StringComparison.Ordinal))
            .ToArray();
        var alice = await Scenario.UserAsync(
            "alice",
            [.. resources.Select(resource => Scenario.Statement("Allow", action, resource))]
        );
        var reply = await CallAsync(alice, operation, id);
        Assert.True(reply.Status is not 403 and not 500, reply.Text);
    }

    [Theory]
    [InlineData("AttachPolicyToUser")]
    [InlineData("DetachPolicyFromUser")]
    public async Task Both_resources_are_needed_where_there_are_two(string operation)
    {
        await PrepareAsync();
        foreach (var resource in OperationSamples.All[operation].Resources)
        {
            var half = await Scenario.UserAsync(
                "half-" + resource.Split(':')[^1].Split('/')[0],
                Scenario.Statement("Allow", "ram:*", resource)
            );
            (await CallAsync(half, operation, "")).Refused(403, "Forbidden.NoPermission");
        }
    }

    [Fact]
    public async Task A_user_without_any_policy_may_list_the_regions_and_nothing_else()
    {
        var nobody = await Scenario.UserAsync("nobody");
        foreach (var operation in OperationSamples.All.Keys)
        {
            var reply = await CallAsync(nobody, operation, Scenario.OtherId);
            Assert.True(reply.Status == (operation == "DescribeRegions" ? 200 : 403), $"{operation}: {reply.Text}");
        }
    }

    /// <summary>Something of everything that the samples name.</summary>
    private async Task<string> PrepareAsync()
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        await Scenario.UserAsync(OperationSamples.User);
        (
            await Keyhold.CallAsync(
                "CreatePolicy",
                ("PolicyName", OperationSamples.Policy),
                ("PolicyDocument", Scenario.Document(Scenario.Statement("Allow", "kms:*", "*")))
            )
        ).Ok();
        return id;
    }

    private Task<TestReply> CallAsync(TestUser user, string operation, string id) =>
        Keyhold.CallAsync(
            user.AccessKeyId,
            user.Secret,
            operation,
            [
                .. OperationSamples
                    .All[operation]
                    .Parameters.Select(parameter =>
                        (parameter.Name, parameter.Value?.Replace("{id}", id, StringComparison.Ordinal))
                    ),
            ]
        );

    /// <summary>All fields but the request's own id, with the certificate's id taken out.</summary>
    private static string Shape(TestReply reply, string id) =>
        string.Join(
                '\n',
                reply.Json.EnumerateObject().Where(field => field.Name != "RequestId").Select(field => field.ToString())
            )
            .Replace(id, "", StringComparison.Ordinal);
}
