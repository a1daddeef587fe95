using System.Text.Json;
using Keyhold.Conformance.Clients;

namespace Keyhold.Conformance;

/// <summary>A certificate on the server under test, with the calls that the tests make most.</summary>
internal sealed class HostedCertificate(Api api, string certificateId, string keySpec, string csr)
{
    public string CertificateId => certificateId;
    public string KeySpec => keySpec;
    public string Csr => csr;

    /// <summary>What RFC 2253 calls the subject that the tests use unless they say otherwise.</summary>
    public static string SubjectOf(string commonName) => $"CN={commonName},OU=kms,O=Conformance,C=CN";

    public static async Task<HostedCertificate> CreateAsync(
        Api api,
        string keySpec,
        params (string Name, string Value)[] more
    )
    {
        (string Name, string Value)[] parameters = more.Any(one => one.Name is "Subject")
            ? [("KeySpec", keySpec), .. more]
            : [("KeySpec", keySpec), ("Subject", SubjectOf("test")), .. more];
        var created = await api.CallAsync("CreateCertificate", parameters);
        return new HostedCertificate(api, created.Text("CertificateId"), keySpec, created.Text("Csr"));
    }

    public async Task UploadAsync(string certificate, string? chain = null) =>
        await CallAsync("UploadCertificate", UploadParameters(certificate, chain));

    public Task<Refusal> UploadRefusedAsync(int status, string code, string certificate, string? chain = null) =>
        RefusedAsync(status, code, "UploadCertificate", UploadParameters(certificate, chain));

    public Task<Refusal> UploadInvalidAsync(string parameter, string certificate, string? chain = null) =>
        api.InvalidAsync(parameter, "UploadCertificate", Mine(UploadParameters(certificate, chain)));

    public Task<JsonElement> DescribeAsync() => CallAsync("DescribeCertificate");

    public Task<JsonElement> GetAsync() => CallAsync("GetCertificate");

    public async Task<string> StatusAsync() => (await DescribeAsync()).Text("Status");

    public Task SetStatusAsync(string status) => CallAsync("UpdateCertificateStatus", ("Status", status));

    public Task DeleteAsync() => CallAsync("DeleteCertificate");

    public async Task<byte[]> SignAsync(string algorithm, byte[] message, string? messageType = null)
    {
        var answer = await CallAsync("CertificatePrivateKeySign", MessageParameters(algorithm, message, messageType));
        return answer.GetProperty("SignatureValue").GetBytesFromBase64();
    }

    public async Task<bool> VerifiesAsync(
        string algorithm,
        byte[] message,
        byte[] signature,
        string? messageType = null
    )
    {
        var answer = await CallAsync(
            "CertificatePublicKeyVerify",
            [
                .. MessageParameters(algorithm, message, messageType),
                ("SignatureValue", Convert.ToBase64String(signature)),
            ]
        );
        return answer.GetProperty("SignatureValid").GetBoolean();
    }

    public async Task<byte[]> EncryptAsync(string algorithm, byte[] plaintext)
    {
        var answer = await CallAsync(
            "CertificatePublicKeyEncrypt",
            ("Algorithm", algorithm),
            ("Plaintext", Convert.ToBase64String(plaintext))
        );
        return answer.GetProperty("CiphertextBlob").GetBytesFromBase64();
    }

    public async Task<byte[]> DecryptAsync(string algorithm, byte[] ciphertext)
    {
        var answer = await CallAsync(
            "CertificatePrivateKeyDecrypt",
            ("Algorithm", algorithm),
            ("CiphertextBlob", Convert.ToBase64String(ciphertext))
        );
        return answer.GetProperty("Plaintext").GetBytesFromBase64();
    }

    /// <summary>Calls an operation on this certificate.</summary>
    public Task<JsonElement> CallAsync(string action, params (string Name, string Value)[] parameters) =>
        api.CallAsync(action, Mine(parameters));

    public Task<Refusal> RefusedAsync(
        int status,
        string code,
        string action,
        params (string Name, string Value)[] parameters
    ) => api.RefusedAsync(status, code, action, Mine(parameters));

    public Task<Refusal> InvalidAsync(
        string parameter,
        string action,
        params (string Name, string Value)[] parameters
    ) => api.InvalidAsync(parameter, action, Mine(parameters));

    private (string Name, string Value)[] Mine((string Name, string Value)[] parameters) =>
        [("CertificateId", certificateId), .. parameters];

    private static (string Name, string Value)[] UploadParameters(string certificate, string? chain) =>
        chain is null ? [("Certificate", certificate)] : [("Certificate", certificate), ("CertificateChain", chain)];

    private static (string Name, string Value)[] MessageParameters(
        string algorithm,
        byte[] message,
        string? messageType
    ) =>
        [
            ("Algorithm", algorithm),
            ("Message", Convert.ToBase64String(message)),
            .. messageType is null ? [] : new[] { ("MessageType", messageType) },
        ];
}
