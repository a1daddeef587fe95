using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;

namespace Keyhold.Server.Tests.Hosting;

public sealed class DataFolderTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-folder-test-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_folder_that_is_not_prepared_is_refused_with_the_remedy()
    {
        var refusal = await Assert.ThrowsAsync<StartException>(() => StartAsync(Options));
        Assert.Contains("keyhold init", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(folder.GetFileSystemInfos());
    }

    [Fact]
    public async Task A_prepared_folder_starts_and_is_not_prepared_twice()
    {
        var made = await InitializeAsync();
        Assert.True(made.CreatedRootKey);
        Assert.True(made.GeneratedAccessKey);
        await using (var server = await StartAsync(Options))
        {
            Assert.Null(server.AddedAccessKey);
        }

        var refusal = await Assert.ThrowsAsync<StartException>(InitializeAsync);
        Assert.Contains("prepared already", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_root_key_is_not_made_anew()
    {
        await InitializeAsync();
        File.Delete(Path.Combine(folder.FullName, "root.key"));
        var refusal = await Assert.ThrowsAsync<StartException>(() => StartAsync(Options with { Dev = true }));
        Assert.Contains("root.key", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_root_key_is_refused()
    {
        await InitializeAsync();
        var other = Directory.CreateDirectory(Path.Combine(folder.FullName, "other")).FullName;
        await DataFolder.InitializeAsync(
            Options with
            {
                DataFolder = other,
            },
            TimeProvider.System,
            CancellationToken.None
        );
        var refusal = await Assert.ThrowsAsync<StartException>(() =>
            StartAsync(Options with { RootKey = new RootKeyPlace.File(Path.Combine(other, "root.key")) })
        );
        Assert.Contains("does not open this data folder", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_belongs_to_its_account()
    {
        await InitializeAsync();
        var refusal = await Assert.ThrowsAsync<StartException>(() =>
            StartAsync(Options with { AccountId = "2000000000000002" })
        );
        Assert.Contains("--account 1000000000000001", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_in_use_is_named()
    {
        await InitializeAsync();
        await using var server = await StartAsync(Options);
        var refusal = await Assert.ThrowsAsync<StartException>(() => StartAsync(Options));
        Assert.Contains(folder.FullName, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        await InitializeAsync();
        await using var server = await StartAsync(Options);
        var other = Directory.CreateDirectory(Path.Combine(folder.FullName, "other")).FullName;
        var refusal = await Assert.ThrowsAsync<StartException>(() =>
            StartAsync(Options with { DataFolder = other, Dev = true, Listen = server.Urls })
        );
        Assert.Contains("--listen", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", "--insecure-http")]
    [InlineData("http://*:0", "--insecure-http")]
    [InlineData("https://127.0.0.1:0", "--tls-cert")]
    [InlineData("ftp://127.0.0.1", "is not a URL")]
    [InlineData("http://127.0.0.1:0/path", "is not a URL")]
    [InlineData("http://example.com:80", "example.com")]
    public async Task An_address_that_cannot_be_or_is_not_safe_is_refused_before_anything_is_made(
        string listen,
        string told
    )
    {
        var refusal = await Assert.ThrowsAsync<StartException>(() =>
            StartAsync(Options with { Dev = true, Listen = [listen] })
        );
        Assert.Contains(told, refusal.Message, StringComparison.Ordinal);
        Assert.Empty(folder.GetFileSystemInfos());
    }

    [Theory]
    [InlineData("a/b:c", "cn-hangzhou", "--account")]
    [InlineData("1000000000000001", "x y", "--region")]
    public async Task An_id_that_no_ARN_can_hold_is_refused_before_anything_is_made(
        string account,
        string region,
        string told
    )
    {
        var refusal = await Assert.ThrowsAsync<StartException>(() =>
            StartAsync(Options with { Dev = true, AccountId = account, Region = region })
        );
        Assert.Contains(told, refusal.Message, StringComparison.Ordinal);
        Assert.Empty(folder.GetFileSystemInfos());
    }

    [Fact]
    public async Task An_unusable_first_access_key_leaves_nothing_half_prepared()
    {
        var options = Options with { InitialAccessKey = new InitialAccessKey("KHx", new string('s', 200)) };
        await Assert.ThrowsAsync<StartException>(() =>
            DataFolder.InitializeAsync(options, TimeProvider.System, CancellationToken.None)
        );
        Assert.Empty(folder.GetFileSystemInfos());
        await InitializeAsync();
    }

    [Fact]
    public async Task An_address_of_another_machine_is_named()
    {
        var refusal = await Assert.ThrowsAsync<StartException>(() =>
            StartAsync(Options with { Dev = true, Listen = ["http://192.0.2.7:0"], InsecureHttp = true })
        );
        Assert.Contains("192.0.2.7", refusal.Message, StringComparison.Ordinal);
    }

    private ServerOptions Options => new() { DataFolder = folder.FullName, Listen = ["http://127.0.0.1:0"] };

    private Task<InitResult> InitializeAsync() =>
        DataFolder.InitializeAsync(Options, TimeProvider.System, CancellationToken.None);

    private static Task<KeyholdServer> StartAsync(ServerOptions options) =>
        KeyholdServer.StartAsync(options, TimeProvider.System, CancellationToken.None);
}
