using System.Text.Json;
using Keyhold.Conformance.Clients;
using Keyhold.Conformance.OpenSsl;

namespace Keyhold.Conformance;

/// <summary>UploadCertificate: what is tolerated, what is refused with a reason, what is accepted with a warning.</summary>
public sealed class UploadTests(ConformanceFixture conformance)
{
    private const string KeySpec = Specs.P256;

    [Theory]
    [InlineData("CRLF")]
    [InlineData("byte order mark")]
    [InlineData("text around")]
    [InlineData("blanks instead of line breaks")]
    [InlineData("no final newline")]
    [InlineData("one long line")]
    [InlineData("X509 CERTIFICATE")]
    [InlineData("TRUSTED CERTIFICATE")]
    public async Task Common_PEM_shapes_are_tolerated_and_given_back_normalised(string shape)
    {
        var (certificate, leaf, chain) = await IssuedAsync();
        await certificate.UploadAsync(Reshape(leaf, shape), Reshape(chain, shape));
        var content = await certificate.GetAsync();
        Assert.Equal(leaf, content.Text("Certificate"));
        Assert.Equal(chain, content.Text("CertificateChain"));
    }

    [Theory]
    [InlineData("nothing but text")]
    [InlineData("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIBAAAA\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nnot base64!\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END PUBLIC KEY-----\n")]
    [InlineData("AAAA\n-----END CERTIFICATE-----\n")]
    public async Task Malformed_PEM_is_refused_and_changes_nothing(string malformed)
    {
        var (certificate, leaf, _) = await IssuedAsync();
        await certificate.UploadInvalidAsync("Certificate", malformed);
        await certificate.UploadInvalidAsync("CertificateChain", leaf, malformed);
        await CheckUntouchedAsync(certificate);
    }

    [Fact]
    public async Task A_damaged_certificate_is_refused()
    {
        var (certificate, leaf, chain) = await IssuedAsync();
        var lines = leaf.Split('\n');
        await certificate.UploadInvalidAsync("Certificate", string.Join('\n', [.. lines[..3], .. lines[4..]]), chain);
        await certificate.UploadInvalidAsync(
            "Certificate",
            leaf.Replace("MII", "MIJ", StringComparison.Ordinal),
            chain
        );
        await CheckUntouchedAsync(certificate);
    }

    [Fact]
    public async Task A_request_or_public_key_in_place_of_the_certificate_is_refused()
    {
        var (certificate, leaf, _) = await IssuedAsync();
        await certificate.UploadInvalidAsync("Certificate", certificate.Csr);
        await certificate.UploadInvalidAsync("Certificate", await OpenSslKeys.PublicKeyOfAsync(leaf));
        await CheckUntouchedAsync(certificate);
    }

    [Fact]
    public async Task A_full_chain_in_place_of_the_certificate_is_refused_with_the_remedy()
    {
        var (certificate, leaf, chain) = await IssuedAsync();
        var refusal = await certificate.UploadInvalidAsync("Certificate", leaf + chain);
        Assert.Contains("found 3 certificates", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("CertificateChain", refusal.Message, StringComparison.Ordinal);
        await CheckUntouchedAsync(certificate);
    }

    [Fact]
    public async Task A_certificate_for_another_key_is_refused_and_says_whose_it_is()
    {
        var (certificate, _, chain) = await IssuedAsync();
        var (other, leafOfOther, _) = await IssuedAsync();
        var refusal = await certificate.UploadInvalidAsync("Certificate", leafOfOther, chain);
        Assert.Contains(other.CertificateId, refusal.Message, StringComparison.Ordinal);
        await CheckUntouchedAsync(certificate);
        await CheckUntouchedAsync(other);
    }

    [Theory]
    [InlineData("PRIVATE KEY")]
    [InlineData("ENCRYPTED PRIVATE KEY")]
    [InlineData("EC PRIVATE KEY")]
    [InlineData("RSA PRIVATE KEY")]
    public async Task A_pasted_private_key_is_refused_with_advice_and_never_repeated(string label)
    {
        const string Secret = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg";
        var (certificate, leaf, chain) = await IssuedAsync();
        var pasted = $"-----BEGIN {label}-----\n{Secret}\n-----END {label}-----\n";
        foreach (
            var (parameter, one, two) in ((string, string, string)[])
                [("Certificate", pasted + leaf, chain), ("CertificateChain", leaf, chain + pasted)]
        )
        {
            var refusal = await certificate.UploadInvalidAsync(parameter, one, two);
            Assert.Contains("private key", refusal.Message, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Secret, refusal.Message, StringComparison.Ordinal);
        }
        await CheckUntouchedAsync(certificate);
        Assert.DoesNotContain(Secret, conformance.Server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_key_in_any_other_parameter_is_refused_too()
    {
        const string Pasted = "-----BEGIN PRIVATE KEY-----\nMIGHAgEA\n-----END PRIVATE KEY-----\n";
        var api = conformance.Api();
        await api.InvalidAsync("Subject", "CreateCertificate", ("KeySpec", KeySpec), ("Subject", Pasted));
        await api.InvalidAsync("Subject", "ListCertificates", ("Subject", Pasted));
        await api.InvalidAsync("CertificateId", "DescribeCertificate", ("CertificateId", Pasted));
    }

    [Theory]
    [InlineData("root first")]
    [InlineData("duplicates")]
    [InlineData("leaf included")]
    [InlineData("text between")]
    public async Task The_chain_is_taken_in_any_order_and_stored_issuer_first(string order)
    {
        var authority = await conformance.AuthorityAsync(KeySpec);
        var (certificate, leaf, chain) = await IssuedAsync();
        var given = order switch
        {
            "root first" => authority.Root + authority.Intermediate,
            "duplicates" => chain + chain + authority.Root,
            "leaf included" => leaf + authority.Root + authority.Intermediate,
            _ => $"subject=root\n{authority.Root}\nsubject=intermediate\n{authority.Intermediate}",
        };
        await certificate.UploadAsync(leaf, given);
        Assert.Equal(chain, (await certificate.GetAsync()).Text("CertificateChain"));
    }

    [Fact]
    public async Task No_chain_is_accepted_with_a_warning()
    {
        var (certificate, leaf, _) = await IssuedAsync();
        await certificate.UploadAsync(leaf);
        Assert.Equal("", (await certificate.GetAsync()).Text("CertificateChain"));
        Assert.NotEmpty(WarningsOf(await certificate.DescribeAsync()));
    }

    [Fact]
    public async Task A_chain_without_its_root_is_accepted_with_a_warning()
    {
        var authority = await conformance.AuthorityAsync(KeySpec);
        var (certificate, leaf, _) = await IssuedAsync();
        await certificate.UploadAsync(leaf, authority.Intermediate);
        Assert.Equal(authority.Intermediate, (await certificate.GetAsync()).Text("CertificateChain"));
        Assert.NotEmpty(WarningsOf(await certificate.DescribeAsync()));
    }

    [Fact]
    public async Task A_whole_chain_gives_no_warning()
    {
        var certificate = await conformance.ActiveAsync(KeySpec);
        Assert.Empty(WarningsOf(await certificate.DescribeAsync()));
    }

    [Fact]
    public async Task A_chain_without_the_issuer_is_refused()
    {
        var authority = await conformance.AuthorityAsync(KeySpec);
        var (certificate, leaf, _) = await IssuedAsync();
        var refusal = await certificate.UploadInvalidAsync("CertificateChain", leaf, authority.Root);
        Assert.Contains("issuer", refusal.Message, StringComparison.OrdinalIgnoreCase);
        await CheckUntouchedAsync(certificate);
    }

    [Theory]
    [InlineData(Specs.Rsa)]
    [InlineData(Specs.P256)]
    [InlineData(Specs.Sm2)]
    public async Task An_impostor_with_the_same_names_and_key_identifiers_is_refused(string keySpec)
    {
        using var real = await OpenSslAuthority.CreateAsync(keySpec, "Twin", "01020304");
        using var impostor = await OpenSslAuthority.CreateAsync(keySpec, "Twin", "01020304");
        var certificate = await HostedCertificate.CreateAsync(conformance.Api(), keySpec);
        var leaf = await real.IssueAsync(certificate.Csr);
        await certificate.UploadInvalidAsync("CertificateChain", leaf, impostor.Chain);
        await CheckUntouchedAsync(certificate);
        await certificate.UploadAsync(leaf, impostor.Intermediate + real.Root + real.Intermediate);
        Assert.Equal(real.Chain, (await certificate.GetAsync()).Text("CertificateChain"));
    }

    [Fact]
    public async Task An_issuer_that_is_no_authority_is_refused()
    {
        using var authority = await OpenSslAuthority.CreateAsync(KeySpec, "Powerless", intermediateIsAuthority: false);
        var certificate = await HostedCertificate.CreateAsync(conformance.Api(), KeySpec);
        var leaf = await authority.IssueAsync(certificate.Csr);
        await certificate.UploadInvalidAsync("CertificateChain", leaf, authority.Chain);
        await CheckUntouchedAsync(certificate);
    }

    [Theory]
    [InlineData(-100, -1)]
    [InlineData(24, 1000)]
    public async Task Expired_and_not_yet_valid_certificates_are_refused(int hoursToStart, int hoursToEnd)
    {
        var (certificate, leaf, chain) = await IssuedAsync(
            TimeSpan.FromHours(hoursToStart),
            TimeSpan.FromHours(hoursToEnd)
        );
        await certificate.UploadInvalidAsync("Certificate", leaf, chain);
        await CheckUntouchedAsync(certificate);
    }

    [Fact]
    public async Task A_certificate_that_begins_in_a_moment_is_accepted_with_a_warning()
    {
        var (certificate, leaf, chain) = await IssuedAsync(TimeSpan.FromMinutes(4), TimeSpan.FromDays(10));
        await certificate.UploadAsync(leaf, chain);
        Assert.NotEmpty(WarningsOf(await certificate.DescribeAsync()));
    }

    [Fact]
    public async Task What_the_authority_changed_is_shown_with_a_warning()
    {
        var authority = await conformance.AuthorityAsync(KeySpec);
        var certificate = await HostedCertificate.CreateAsync(conformance.Api(), KeySpec);
        var leaf = await authority.IssueAsync(certificate.Csr, more: "-subj /C=CN/O=Changed/CN=changed");
        await certificate.UploadAsync(leaf, authority.Chain);
        var description = await certificate.DescribeAsync();
        Assert.Equal("CN=changed,O=Changed,C=CN", description.Text("Subject"));
        Assert.NotEmpty(WarningsOf(description));
    }

    [Fact]
    public async Task An_authority_certificate_as_leaf_is_accepted_with_a_warning()
    {
        var authority = await conformance.AuthorityAsync(KeySpec);
        var certificate = await HostedCertificate.CreateAsync(conformance.Api(), KeySpec);
        await certificate.UploadAsync(await authority.IssueAsync(certificate.Csr, "authority"), authority.Chain);
        Assert.NotEmpty(WarningsOf(await certificate.DescribeAsync()));
        Assert.NotEmpty(await certificate.SignAsync("ECDSA_SHA_256", [1]));
    }

    [Fact]
    public async Task Upload_answers_the_request_id_only()
    {
        var (certificate, leaf, _) = await IssuedAsync();
        var answer = await certificate.CallAsync("UploadCertificate", ("Certificate", leaf));
        Assert.Equal(["RequestId"], answer.Names());
    }

    private async Task<(HostedCertificate Certificate, string Leaf, string Chain)> IssuedAsync()
    {
        var authority = await conformance.AuthorityAsync(KeySpec);
        var certificate = await HostedCertificate.CreateAsync(conformance.Api(), KeySpec);
        return (certificate, await authority.IssueAsync(certificate.Csr), authority.Chain);
    }

    private async Task<(HostedCertificate Certificate, string Leaf, string Chain)> IssuedAsync(
        TimeSpan start,
        TimeSpan end
    )
    {
        var authority = await conformance.AuthorityAsync(KeySpec);
        var certificate = await HostedCertificate.CreateAsync(conformance.Api(), KeySpec);
        var now = TimeProvider.System.GetUtcNow();
        return (certificate, await authority.IssueDatedAsync(certificate.Csr, now + start, now + end), authority.Chain);
    }

    private static async Task CheckUntouchedAsync(HostedCertificate certificate)
    {
        Assert.Equal("PENDING", await certificate.StatusAsync());
        Assert.Equal("", (await certificate.GetAsync()).Text("Certificate"));
    }

    private static string WarningsOf(JsonElement description) =>
        description.TryGetProperty("Warnings", out var warnings) && warnings.ToString() is not ("[]" or "{}")
            ? warnings.ToString()
            : "";

    private static string Reshape(string pem, string shape) =>
        shape switch
        {
            "CRLF" => pem.Replace("\n", "\r\n", StringComparison.Ordinal),
            "byte order mark" => "\uFEFF" + pem,
            "text around" => $"subject=CN=someone\n\n{pem}\nthank you\n",
            "blanks instead of line breaks" => pem.Replace('\n', ' '),
            "no final newline" => pem.TrimEnd('\n'),
            "one long line" => string.Join(
                '\n',
                pem.Split("-----").Select((part, index) => index % 2 == 1 ? $"-----{part}-----" : Joined(part))
            ),
            _ => pem.Replace("CERTIFICATE", shape, StringComparison.Ordinal),
        };

    private static string Joined(string part) => part.Replace("\n", "", StringComparison.Ordinal);
}
