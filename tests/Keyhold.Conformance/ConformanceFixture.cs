using System.Collections.Concurrent;
using Keyhold.Conformance;
using Keyhold.Conformance.Clients;
using Keyhold.Conformance.OpenSsl;
using Keyhold.Conformance.Server;

[assembly: AssemblyFixture(typeof(ConformanceFixture))]

namespace Keyhold.Conformance;

/// <summary>One server, one Node program with the clients and one authority for each key spec, shared by all tests.</summary>
public sealed class ConformanceFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("keyhold-conformance-data-");
    private readonly ConcurrentDictionary<string, Lazy<Task<OpenSslAuthority>>> _authorities = new(
        StringComparer.Ordinal
    );
    private KeyholdServer? _server;
    private NodeClients? _node;

    internal KeyholdServer Server => _server!;
    internal NodeClients Node => _node!;

    public async ValueTask InitializeAsync()
    {
        _node = NodeClients.Start();
        _server = await KeyholdServer.StartAsync(Path.Combine(_data.FullName, "data"));
    }

    internal Api Api(string road = Road.V3Query) => new(Node, Server.Host, road);

    internal Task<OpenSslAuthority> AuthorityAsync(string keySpec) =>
        _authorities
            .GetOrAdd(keySpec, spec => new Lazy<Task<OpenSslAuthority>>(() => OpenSslAuthority.CreateAsync(spec)))
            .Value;

    /// <summary>A certificate that was created, issued and uploaded with its chain.</summary>
    internal async Task<HostedCertificate> ActiveAsync(
        string keySpec,
        string road = Road.V3Query,
        params (string Name, string Value)[] more
    )
    {
        var authority = await AuthorityAsync(keySpec);
        var certificate = await HostedCertificate.CreateAsync(Api(road), keySpec, more);
        await certificate.UploadAsync(await authority.IssueAsync(certificate.Csr), authority.Chain);
        return certificate;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        if (_node is not null)
            await _node.DisposeAsync();
        foreach (var authority in _authorities.Values)
            (await authority.Value).Dispose();
        _data.Delete(recursive: true);
    }
}
