using Keyhold.Storage;
using Keyhold.Storage.Postgres;
using Npgsql;

namespace Keyhold.Server.Tests.Storage.Postgres;

public sealed class PostgresSettingsTests
{
    private const string Good = "Host=db1;Database=keyhold;Username=keyhold;Password=hunter2";

    [Theory]
    [InlineData("", "names no Host")]
    [InlineData("Database=keyhold;Password=hunter2", "names no Host")]
    [InlineData("Host=db1;Password=hunter2", "names no Database")]
    [InlineData("postgres://keyhold:hunter2@db1/keyhold", "is a URL")]
    [InlineData("hunter2", "no list of Key=Value")]
    [InlineData("Host=db1;Database=keyhold;Password=a;hunter2", "no list of Key=Value")]
    [InlineData("Host=db1;Database=keyhold;Password=a;hunter2=b", "setting number 4")]
    [InlineData("Host=db1;Port=hunter2;Database=keyhold", "setting number 2")]
    [InlineData("Host=db1;Port=99999999999;Database=keyhold", "setting number 2")]
    [InlineData("Host=db1;Database=keyhold;SSL Mode=hunter2", "setting number 3")]
    [InlineData("Host=db1;Database=keyhold;Pooling=hunter2", "setting number 3")]
    public void What_cannot_be_used_is_refused_with_the_reason_and_no_part_of_the_text(string text, string reason)
    {
        var refusal = Assert.Throws<StorageUnavailableException>(() => PostgresSettings.Parse(text));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Host=db1,db2;Database=keyhold", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_place_names_hosts_port_and_database_only() =>
        Assert.Equal(
            "keyhold at db1,db2:5433 (port 5432)",
            PostgresSettings.Parse(Good.Replace("db1", "db1,db2:5433", StringComparison.Ordinal)).Place
        );

    [Fact]
    public void Of_several_hosts_the_primary_is_wanted_whatever_the_text_says()
    {
        var text = Good.Replace("db1", "db1,db2", StringComparison.Ordinal) + ";Target Session Attributes=any";
        Assert.Equal("primary", Complete(text).TargetSessionAttributes);
    }

    [Fact]
    public void What_safety_rests_on_is_not_to_be_chosen()
    {
        var settings = Complete(
            Good
                + ";Include Error Detail=true;Log Parameters=true;Persist Security Info=true;Pooling=false;Multiplexing=true;"
                + "Command Timeout=600"
        );
        Assert.False(settings.IncludeErrorDetail || settings.LogParameters || settings.PersistSecurityInfo);
        Assert.True(settings.Pooling && !settings.Multiplexing);
        Assert.Equal(0, settings.CommandTimeout);
    }

    [Fact]
    public void What_the_operator_chose_stays()
    {
        var settings = Complete(Good + ";Maximum Pool Size=7;Timeout=9;Application Name=mine;Search Path=keys");
        Assert.Equal(
            (7, 9, "mine", "keys"),
            (settings.MaxPoolSize, settings.Timeout, settings.ApplicationName, settings.SearchPath)
        );
    }

    [Fact]
    public void Defaults_are_few_connections_and_short_waits()
    {
        var settings = Complete(Good);
        Assert.Equal((32, 3, "Keyhold"), (settings.MaxPoolSize, settings.Timeout, settings.ApplicationName));
    }

    [Theory]
    [InlineData("Host=db1;Database=d", false)]
    [InlineData("Host=db1;Database=d;SSL Mode=Require", false)]
    [InlineData("Host=127.0.0.1,db1;Database=d", false)]
    [InlineData("Host=db1;Database=d;SSL Mode=VerifyFull", true)]
    [InlineData("Host=db1;Database=d;SSL Mode=VerifyCA", true)]
    [InlineData("Host=localhost;Database=d", true)]
    [InlineData("Host=127.0.0.1:5433,[::1];Database=d", true)]
    [InlineData("Host=::1;Database=d", true)]
    [InlineData("Host=/run/postgresql;Database=d", true)]
    public void Whoever_could_pass_for_the_server_is_known(string text, bool isVerified) =>
        Assert.Equal(isVerified, PostgresSettings.Parse(text).IsVerified);

    private static NpgsqlConnectionStringBuilder Complete(string text) =>
        new(PostgresSettings.Parse(text).ConnectionString);
}
