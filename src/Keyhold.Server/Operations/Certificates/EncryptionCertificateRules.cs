using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Keyhold.Protocol;
using Keyhold.Server.Access;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>What an encryption certificate must be: good as an upload must be, made for encryption, with a key of its own.</summary>
internal sealed class EncryptionCertificateRules(CertificateJudge judge, UploadRefusal refusal)
{
    private const string Certificate = "Certificate";

    /// <summary>An accepted certificate: what was judged, what is to be told of it, and its key.</summary>
    internal sealed record Accepted(
        Certificate Certificate,
        string ChainPem,
        IReadOnlyList<string> Warnings,
        PublicKey PublicKey
    );

    /// <summary>A signing certificate that can have an encryption certificate beside it.</summary>
    public static void RequirePossible(CertificateRow row)
    {
        if (!string.Equals(row.KeySpec, KeySpec.EcSm2.Name, StringComparison.Ordinal))
        {
            throw ApiException.InvalidParameter(
                "CertificateId",
                $"its KeySpec is {row.KeySpec}, but only certificates of {KeySpec.EcSm2} come in pairs",
                $"Use a certificate with KeySpec {KeySpec.EcSm2}"
            );
        }

        CertificateStatus.RequireNotRevoked(row);
    }

    public async ValueTask<Accepted> RequireAcceptedAsync(
        string pem,
        string? chain,
        CertificatePair pair,
        Caller caller,
        CancellationToken stop
    )
    {
        var judgement = judge.Judge(new CertificateSubmission(ExpectedPublicKey: null, Request: null, pem, chain));
        if (!judgement.IsAccepted || judgement.Certificate is not { } certificate)
        {
            throw await refusal.ExplainAsync(judgement, caller, stop);
        }

        if (!certificate.IsForEncryption)
        {
            throw ApiException.InvalidParameter(
                Certificate,
                "its key usage allows none of KeyEncipherment, DataEncipherment and KeyAgreement: it is a signing certificate",
                "Send the encryption certificate of the pair. A signing certificate belongs into UploadCertificate"
            );
        }

        // That it is not for signing is as it should be here.
        var warnings = judgement.Warnings.Where(finding =>
            !string.Equals(finding.Code, Finding.NotForSigning, StringComparison.Ordinal)
        );
        return new Accepted(
            certificate,
            judgement.ChainPem,
            [.. warnings.Select(finding => finding.ToString())],
            RequireKey(certificate, pair)
        );
    }

    private static PublicKey RequireKey(Certificate certificate, CertificatePair pair)
    {
        var publicKey = ReadKey(certificate);
        var found = publicKey.SubjectPublicKeyInfo.Span;
        if (found.SequenceEqual(pair.Certificate.PublicKey))
        {
            throw ApiException.InvalidParameter(
                Certificate,
                "its key is the signing key of this CertificateId, but an encryption certificate has a key of its own",
                "Send the encryption certificate of the pair. A renewed signing certificate belongs into UploadCertificate"
            );
        }

        // Its key would be lost, and with it everything that was encrypted to it.
        if (pair.Encryption is { } earlier && !found.SequenceEqual(earlier.PublicKey))
        {
            throw ApiException.InvalidParameter(
                Certificate,
                "there is an encryption certificate with another key already, and what was encrypted with that could not be decrypted any more",
                "Create a new certificate for the new pair, and keep this one to decrypt with. The same key can be renewed here"
            );
        }

        return publicKey;
    }

    private static PublicKey ReadKey(Certificate certificate)
    {
        try
        {
            var key = PublicKey.FromSubjectPublicKeyInfo(certificate.SubjectPublicKeyInfo.Span);
            if (key.Spec == KeySpec.EcSm2)
            {
                return key;
            }
        }
        catch (KeyFormatException)
        {
            // Another kind of key, refused below like those that Keyhold knows.
        }

        throw ApiException.InvalidParameter(
            Certificate,
            "its key is not one on the curve of SM2",
            "Send the encryption certificate that the CA issued together with the signing certificate"
        );
    }
}
