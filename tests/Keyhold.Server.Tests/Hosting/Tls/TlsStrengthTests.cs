namespace Keyhold.Server.Tests.Hosting.Tls;

/// <summary>What scanners of TLS servers look for, asked by the real openssl at its lowest security level.</summary>
public sealed class TlsStrengthTests(TlsStrengthTests.Servers servers) : IClassFixture<TlsStrengthTests.Servers>
{
    private const string Weakest = ":@SECLEVEL=0";
    private const string Answered = "HTTP/1.1 200 OK";
    private readonly TlsFixture ecdsa = servers.Ecdsa;
    private readonly TlsFixture rsa = servers.Rsa;

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Today_s_versions_are_spoken(string version)
    {
        Assert.Contains(Answered, await ecdsa.HandshakeAsync(version), StringComparison.Ordinal);
        Assert.Contains(Answered, await rsa.HandshakeAsync(version), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-tls1")]
    [InlineData("-tls1_1")]
    public async Task Older_versions_are_refused(string version)
    {
        await AssertRefusedAsync(ecdsa, version, "-cipher", "ALL" + Weakest);
        await AssertRefusedAsync(rsa, version, "-cipher", "ALL" + Weakest);
    }

    [Theory]
    [InlineData("AES128-GCM-SHA256")] // RSA key exchange: no forward secrecy
    [InlineData("AES256-SHA")]
    [InlineData("kRSA")]
    [InlineData("ECDHE-RSA-AES128-SHA")] // CBC
    [InlineData("ECDHE-RSA-AES256-SHA384")]
    [InlineData("DHE-RSA-AES256-GCM-SHA384")] // groups of unknown strength
    [InlineData("AES128-CCM")]
    [InlineData("ECDHE-RSA-CAMELLIA256-SHA384")]
    [InlineData("ECDHE-ARIA256-GCM-SHA384")]
    [InlineData("eNULL")]
    [InlineData("aNULL")]
    [InlineData("PSK")]
    public async Task Weak_suites_are_refused_with_an_RSA_certificate(string suite) =>
        await AssertRefusedAsync(rsa, "-tls1_2", "-cipher", suite + Weakest);

    [Theory]
    [InlineData("ECDHE-ECDSA-AES128-SHA")]
    [InlineData("ECDHE-ECDSA-AES256-SHA384")]
    [InlineData("ECDHE-ECDSA-AES128-CCM")]
    [InlineData("ECDHE-ECDSA-AES256-CCM8")]
    [InlineData("ECDHE-ECDSA-NULL-SHA")]
    [InlineData("aNULL")]
    public async Task Weak_suites_are_refused_with_an_ECDSA_certificate(string suite) =>
        await AssertRefusedAsync(ecdsa, "-tls1_2", "-cipher", suite + Weakest);

    [Fact]
    public async Task Weak_suites_of_TLS_1_3_are_refused() =>
        await AssertRefusedAsync(ecdsa, "-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_8_SHA256:TLS_AES_128_CCM_SHA256");

    [Fact]
    public async Task Every_suite_that_the_client_offers_in_vain_leaves_only_strong_ones()
    {
        // All at once, weakest first: the server picks, and picks none of the weak ones.
        var chosen = await rsa.HandshakeAsync("-tls1_2", "-cipher", "ALL:COMPLEMENTOFALL:+ECDHE" + Weakest);
        Assert.Contains(Answered, chosen, StringComparison.Ordinal);
        Assert.Contains("Cipher is ECDHE-RSA-", chosen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ECDHE-RSA-AES256-GCM-SHA384")]
    [InlineData("ECDHE-RSA-AES128-GCM-SHA256")]
    [InlineData("ECDHE-RSA-CHACHA20-POLY1305")]
    public async Task Strong_suites_are_spoken(string suite) =>
        Assert.Contains(
            $"Cipher is {suite}",
            await rsa.HandshakeAsync("-tls1_2", "-cipher", suite),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task There_is_no_compression_and_renegotiation_is_secure_only()
    {
        var told = await rsa.HandshakeAsync("-tls1_2", "-comp");
        Assert.Contains("Compression: NONE", told, StringComparison.Ordinal);
        Assert.Contains("Secure Renegotiation IS supported", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_s_renegotiation_is_refused()
    {
        var renegotiated = await rsa.RenegotiateAsync();
        Assert.DoesNotContain(Answered, renegotiated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SHA_1_signs_no_handshake()
    {
        await AssertRefusedAsync(rsa, "-tls1_2", "-sigalgs", "RSA+SHA1", "-cipher", "ALL" + Weakest);
        await AssertRefusedAsync(ecdsa, "-tls1_2", "-sigalgs", "ECDSA+SHA1", "-cipher", "ALL" + Weakest);

        // A client that likes SHA-1 best, and has better.
        var chosen = await rsa.HandshakeAsync("-tls1_2", "-sigalgs", "RSA+SHA1:RSA+SHA256", "-cipher", "ALL" + Weakest);
        Assert.Contains(Answered, chosen, StringComparison.Ordinal);
        Assert.Contains("Peer signing digest: SHA256", chosen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("P-192")]
    [InlineData("secp224r1")]
    [InlineData("secp256k1")]
    public async Task Weak_and_odd_groups_are_refused(string group) =>
        await AssertRefusedAsync(rsa, "-tls1_2", "-groups", group, "-cipher", "ALL" + Weakest);

    [Fact]
    public async Task A_client_that_was_pushed_to_an_older_version_is_told()
    {
        // TLS_FALLBACK_SCSV (RFC 7507): "I can do better and was told that you cannot."
        var pushed = await rsa.HandshakeAsync("-tls1_2", "-fallback_scsv");
        Assert.DoesNotContain(Answered, pushed, StringComparison.Ordinal);
        Assert.Contains("inappropriate fallback", pushed, StringComparison.Ordinal);
        Assert.Contains(Answered, await rsa.HandshakeAsync("-tls1_3", "-fallback_scsv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_request_is_taken_before_the_handshake_s_end()
    {
        // Early data of TLS 1.3 (0-RTT) can be replayed by whoever sees it.
        var first = await rsa.HandshakeAsync("-tls1_3", "-sess_out", "session.pem");
        Assert.Contains(Answered, first, StringComparison.Ordinal);
        Assert.Contains("Max Early Data: 0", first, StringComparison.Ordinal);
        Assert.DoesNotContain("Max Early Data: 1", first, StringComparison.Ordinal);

        rsa.Write("early", "GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n");
        var again = await rsa.HandshakeAsync("-tls1_3", "-sess_in", "session.pem", "-early_data", "early");
        Assert.Contains(Answered, again, StringComparison.Ordinal);
        Assert.DoesNotContain("Early data was accepted", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HTTP_2_is_not_negotiated() =>
        Assert.DoesNotContain(
            "ALPN protocol: h2",
            await rsa.HandshakeAsync("-alpn", "h2,http/1.1"),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Plain_HTTP_at_the_TLS_address_gets_no_answer()
    {
        using var client = new HttpClient();
        var plain = new UriBuilder(rsa.Url) { Scheme = "http" }.Uri;
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(plain));
    }

    private static async Task AssertRefusedAsync(TlsFixture server, params string[] options)
    {
        var told = await server.HandshakeAsync(options);
        Assert.DoesNotContain(Answered, told, StringComparison.Ordinal);
        Assert.DoesNotContain("Error with command", told, StringComparison.Ordinal);
    }

    /// <summary>One server with each kind of certificate, for all tests.</summary>
    public sealed class Servers : IAsyncLifetime
    {
        internal TlsFixture Ecdsa { get; } = new();

        internal TlsFixture Rsa { get; } = new();

        public async ValueTask InitializeAsync()
        {
            Ecdsa.WriteServer(Ecdsa.Issue("server"));
            Rsa.WriteServer(Rsa.Issue("server", rsa: true));
            await Ecdsa.StartAsync();
            await Rsa.StartAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await Ecdsa.DisposeAsync();
            await Rsa.DisposeAsync();
        }
    }
}
