using System.Text;
using Keyhold.Server.Pipeline;
using Keyhold.Server.Tests.Operations;
using Keyhold.Tests.Fuzzing;

namespace Keyhold.Server.Tests.Fuzzing;

/// <summary>
/// Every operation of the table, with parameters that are broken: each request ends in an answer, and none in one that
/// says it is our fault. A new operation comes under the run by itself; a new parameter is to be added below.
/// </summary>
public sealed class OperationFuzzTests : OperationTest
{
    private const int InputsPerOperation = 200;
    private const char Separator = '\u001F';

    [Fact]
    public async Task Broken_parameters_are_refused_and_break_nothing()
    {
        var (id, issuer, certificate) = await Scenario.ActiveAsync(exportable: true);
        (string Name, string Value)[] parameters =
        [
            ("CertificateId", id),
            ("Certificate", certificate.Pem),
            ("CertificateChain", issuer.ChainPem),
            ("KeySpec", "EC_P256"),
            ("Subject", Scenario.Subject),
            ("SubjectAlternativeNames", """["a.example.com","192.0.2.1"]"""),
            ("ExportablePrivateKey", "true"),
            ("ProtectionLevel", "SOFTWARE"),
            ("Status", "ACTIVE"),
            ("Algorithm", "ECDSA_SHA_256"),
            ("Message", Scenario.Base64("a message")),
            ("MessageType", "RAW"),
            ("SignatureValue", Scenario.Base64("a signature")),
            ("CiphertextBlob", Scenario.Base64("a ciphertext")),
            ("Plaintext", Scenario.Base64("a plaintext")),
            ("Tags", """[{"TagKey":"a","TagValue":"b"}]"""),
            ("TagKeys", """["a"]"""),
            ("PageNumber", "1"),
            ("PageSize", "10"),
            ("PKCS12Blob", Scenario.Base64("a file")),
            ("Passphrase", "correct horse battery staple"),
            ("EncryptedPrivateKey", Scenario.Base64("a key")),
            ("EncryptedSymmetricKey", Scenario.Base64("another key")),
            ("AsymmetricAlgorithm", "SM2PKE"),
            ("SymmetricAlgorithm", "SM4_ECB"),
            ("UserAccessKeyId", "KHother"),
            ("UserName", "alice"),
            ("PolicyName", "signs"),
            ("PolicyType", "Custom"),
            ("PolicyDocument", PolicyFuzzTests.Conditional),
            ("VersionId", "v1"),
            ("SetAsDefault", "true"),
            ("SimulatedAction", "kms:CertificatePrivateKeySign"),
            ("SimulatedResource", $"acs:kms:cn-hangzhou:1000000000000001:certificate/{id}"),
            ("SourceIp", "192.0.2.1"),
            ("CurrentTime", "2026-11-24T12:00:00Z"),
            ("SecureTransport", "true"),
            ("ResourceTags", """[{"TagKey":"a","TagValue":"b"}]"""),
            ("MaxItems", "10"),
            ("Marker", "a"),
        ];
        foreach (var operation in Keyhold.Parts.Operations.All)
        {
            await Fuzz.RunAsync(InputsPerOperation, [Join(parameters)], input => AskAsync(operation, input));
        }
    }

    private async Task AskAsync(OperationInfo operation, byte[] input)
    {
        var pairs = Encoding
            .UTF8.GetString(input)
            .Split(Separator)
            .Select(pair => pair.Split('=', 2))
            .Where(pair => pair is [{ Length: > 0 }, _] && pair[0].All(char.IsAsciiLetterOrDigit))
            .DistinctBy(pair => pair[0], StringComparer.OrdinalIgnoreCase)
            .Select(pair => (pair[0], (string?)pair[1]));
        var reply = await Keyhold.CallAsync(operation.Name, [.. pairs]);
        Assert.InRange(reply.Status, 200, 499);
    }

    private static byte[] Join(IEnumerable<(string Name, string Value)> parameters) =>
        Encoding.UTF8.GetBytes(string.Join(Separator, parameters.Select(pair => $"{pair.Name}={pair.Value}")));
}
