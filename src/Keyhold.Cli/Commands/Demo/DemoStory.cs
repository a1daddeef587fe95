using System.Text;
using Keyhold.Cli.Api;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Cli.Commands.Demo;

/// <summary>What the demo does, step by step: only requests that any client could send, and a CA that is not Keyhold's.</summary>
internal sealed class DemoStory(ApiClient client, DemoPrinter printer, TimeProvider time)
{
    private static readonly string Message = Base64("Pay 100 EUR to Alice");
    private static readonly string ForgedMessage = Base64("Pay 900 EUR to Alice");

    public async Task TellAsync(CancellationToken stop)
    {
        using var root = TestAuthority.CreateRoot(KeySpec.EcP256, "CN=Demo Root CA,O=Keyhold Demo,C=DE", time);
        using var issuer = root.CreateSubordinate(KeySpec.EcP256, "CN=Demo Issuing CA,O=Keyhold Demo,C=DE");
        using var sm2Root = TestAuthority.CreateRoot(KeySpec.EcSm2, "CN=Demo SM2 Root CA,O=Keyhold Demo,C=CN", time);
        using var sm2Issuer = sm2Root.CreateSubordinate(KeySpec.EcSm2, "CN=Demo SM2 Issuing CA,O=Keyhold Demo,C=CN");

        var rsa = await TellOneAsync(KeySpec.Rsa2048, issuer, wrongCertificate: null, stop).ConfigureAwait(false);
        await TellOneAsync(KeySpec.EcP256, issuer, wrongCertificate: rsa, stop).ConfigureAwait(false);
        await TellOneAsync(KeySpec.EcSm2, sm2Issuer, wrongCertificate: null, stop).ConfigureAwait(false);
    }

    /// <summary>One certificate's life. Gives back the certificate.</summary>
    private async Task<string> TellOneAsync(
        KeySpec spec,
        TestAuthority authority,
        string? wrongCertificate,
        CancellationToken stop
    )
    {
        printer.Chapter(spec.Name);
        var created = await CallAsync(
                "CreateCertificate",
                stop,
                ("KeySpec", spec.Name),
                ("Subject", "CN=shop.example,OU=demo,O=Keyhold,C=DE"),
                ("SubjectAlternativeNames", "[\"shop.example\"]")
            )
            .ConfigureAwait(false);
        var id = created.Required("CertificateId");
        var certificate = authority.Issue(SigningRequest.FromPem(created.Required("Csr")));
        printer.Remark(
            $"(Elsewhere, \"{certificate.Issuer.CommonName}\", a CA for this demo, signs the CSR, as yours would.)"
        );

        if (wrongCertificate is not null)
        {
            printer.Remark("(By mistake, the certificate of the key above.)");
            await CallAsync("UploadCertificate", stop, ("CertificateId", id), ("Certificate", wrongCertificate))
                .ConfigureAwait(false);
        }

        await CallAsync(
                "UploadCertificate",
                stop,
                ("CertificateId", id),
                ("Certificate", certificate.Pem),
                ("CertificateChain", authority.ChainPem)
            )
            .ConfigureAwait(false);
        await CallAsync("DescribeCertificate", stop, ("CertificateId", id)).ConfigureAwait(false);
        await SignAndVerifyAsync(id, spec.SigningAlgorithms[0], stop).ConfigureAwait(false);
        if (spec.EncryptionAlgorithms.Count > 0)
        {
            await EncryptAndDecryptAsync(id, spec.EncryptionAlgorithms[^1], stop).ConfigureAwait(false);
        }

        return certificate.Pem;
    }

    private async Task SignAndVerifyAsync(string id, SigningAlgorithm algorithm, CancellationToken stop)
    {
        (string, string)[] common = [("CertificateId", id), ("Algorithm", algorithm.Name)];
        var signed = await CallAsync("CertificatePrivateKeySign", stop, [.. common, ("Message", Message)])
            .ConfigureAwait(false);
        var signature = signed.Required("SignatureValue");
        await CallAsync(
                "CertificatePublicKeyVerify",
                stop,
                [.. common, ("Message", Message), ("SignatureValue", signature)]
            )
            .ConfigureAwait(false);
        printer.Remark("(The same signature, but somebody made 900 of the 100.)");
        await CallAsync(
                "CertificatePublicKeyVerify",
                stop,
                [.. common, ("Message", ForgedMessage), ("SignatureValue", signature)]
            )
            .ConfigureAwait(false);
    }

    private async Task EncryptAndDecryptAsync(string id, EncryptionAlgorithm algorithm, CancellationToken stop)
    {
        (string, string)[] common = [("CertificateId", id), ("Algorithm", algorithm.Name)];
        var encrypted = await CallAsync("CertificatePublicKeyEncrypt", stop, [.. common, ("Plaintext", Message)])
            .ConfigureAwait(false);
        await CallAsync(
                "CertificatePrivateKeyDecrypt",
                stop,
                [.. common, ("CiphertextBlob", encrypted.Required("CiphertextBlob"))]
            )
            .ConfigureAwait(false);
    }

    private async Task<ApiAnswer> CallAsync(
        string action,
        CancellationToken stop,
        params (string Name, string Value)[] parameters
    )
    {
        var start = time.GetTimestamp();
        var answer = await client
            .SendAsync(action, parameters.Select(each => KeyValuePair.Create(each.Name, each.Value)), stop)
            .ConfigureAwait(false);
        printer.Request(action, parameters);
        printer.Answer(action, answer, time.GetElapsedTime(start));
        return answer;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
