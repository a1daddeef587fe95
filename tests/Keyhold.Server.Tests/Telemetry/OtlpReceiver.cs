using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Keyhold.Server.Tests.Telemetry;

/// <summary>A collector that takes OTLP over http/protobuf on loopback and keeps what it was sent.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> received = new();

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        application = builder.Build();
        application.Run(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            received.Enqueue((http.Request.Path, body.ToArray()));
            http.Response.ContentType = "application/x-protobuf";
        });
    }

    public string Url =>
        application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public IEnumerable<byte[]> Bodies => received.Select(each => each.Body);

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver.application.StartAsync();
        return receiver;
    }

    /// <summary>Waits until one message to the path contains all of these bytes, in whatever order.</summary>
    public async Task WaitForAsync(string path, params byte[][] contents)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (
            !received.Any(each =>
                each.Path == path && Array.TrueForAll(contents, content => each.Body.AsSpan().IndexOf(content) >= 0)
            )
        )
        {
            Assert.False(patience.IsCancellationRequested, $"{received.Count} messages, none as expected");
            await Task.Delay(50, CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();
}
