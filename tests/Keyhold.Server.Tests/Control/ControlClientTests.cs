using System.Net.Sockets;
using Keyhold.Server.Control;
using Keyhold.Server.Hosting;

namespace Keyhold.Server.Tests.Control;

public sealed class ControlClientTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-control-test-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up()
    {
        using var path = new ControlPath(folder.FullName);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(path.EndPoint);
        listener.Listen();

        var client = new ControlClient(folder.FullName) { Patience = TimeSpan.FromMilliseconds(50) };
        using var request = new ControlRequest { Command = ControlCommand.Status };
        var refusal = await Assert.ThrowsAsync<StartException>(() => client.SendAsync(request, _ => { }, default));
        Assert.Contains("did not answer", refusal.Message, StringComparison.Ordinal);
    }
}
