using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.AccessKeys;

public abstract class AccessKeyTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : AccessKeyTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : AccessKeyTests(DatabaseKind.Postgres);

    [Fact]
    [Case("CreateAccessKey", CaseKind.Good)]
    [Case("ListAccessKeys", CaseKind.Good)]
    [Case("UpdateAccessKey", CaseKind.Good)]
    [Case("DeleteAccessKey", CaseKind.Good)]
    public async Task A_key_is_made_used_disabled_enabled_and_deleted()
    {
        var made = (await Keyhold.CallAsync("CreateAccessKey")).Ok().Json.GetProperty("AccessKey");
        var id = made.GetProperty("AccessKeyId").GetString()!;
        var secret = made.GetProperty("AccessKeySecret").GetString()!;
        (await Keyhold.CallAsync(id, secret, "DescribeRegions")).Ok();

        await UpdateAsync(id, "Inactive");
        (await Keyhold.CallAsync(id, secret, "DescribeRegions")).Refused(403, "Forbidden.AccessKey", id);
        (await Keyhold.CallAsync(id, "wrong", "DescribeRegions")).Refused(400, "SignatureDoesNotMatch");
        await UpdateAsync(id, "Active");
        (await Keyhold.CallAsync(id, secret, "DescribeRegions")).Ok();

        var listed = (await Keyhold.CallAsync("ListAccessKeys")).Ok();
        Assert.Equal(2, listed.Json.GetProperty("AccessKeys").GetProperty("AccessKey").GetArrayLength());
        Assert.DoesNotContain(secret, listed.Text, StringComparison.Ordinal);

        (await Keyhold.CallAsync("DeleteAccessKey", ("UserAccessKeyId", id))).Ok();
        (await Keyhold.CallAsync(id, secret, "DescribeRegions")).Refused(
            404,
            "InvalidAccessKeyId.NotFound",
            "The Access Key ID provided does not exist in our records."
        );
    }

    [Fact]
    [Case("UpdateAccessKey", CaseKind.BadParameter)]
    [Case("DeleteAccessKey", CaseKind.BadParameter)]
    public async Task Target_and_status_are_checked()
    {
        (await Keyhold.CallAsync("DeleteAccessKey")).Refused(400, "MissingParameter", "UserAccessKeyId");
        (await Keyhold.CallAsync("DeleteAccessKey", ("UserAccessKeyId", "absent"))).Refused(
            404,
            "EntityNotExist.User.AccessKey"
        );
        (await Keyhold.CallAsync("UpdateAccessKey", ("UserAccessKeyId", "absent"), ("Status", "Active"))).Refused(
            404,
            "EntityNotExist.User.AccessKey"
        );
        (await Keyhold.CallAsync("UpdateAccessKey", ("UserAccessKeyId", "absent"), ("Status", "INACTIVE"))).Refused(
            400,
            "InvalidParameter",
            "Status"
        );
    }

    [Theory]
    [InlineData("CreateAccessKey")]
    [InlineData("ListAccessKeys")]
    [Case("CreateAccessKey", CaseKind.BadParameter)]
    [Case("ListAccessKeys", CaseKind.BadParameter)]
    public async Task No_parameter_may_hold_a_private_key(string action) =>
        (await Keyhold.CallAsync(action, ("Any", "-----BEGIN EC PRIVATE KEY-----\nMHc\n"))).Refused(
            400,
            "InvalidParameter",
            "Any",
            "private key"
        );

    private async Task UpdateAsync(string id, string status) =>
        (await Keyhold.CallAsync("UpdateAccessKey", ("UserAccessKeyId", id), ("Status", status))).Ok();
}
