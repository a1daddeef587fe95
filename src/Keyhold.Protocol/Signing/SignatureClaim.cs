using System.Buffers;
using System.Buffers.Text;
using Keyhold.Protocol.Rpc;

namespace Keyhold.Protocol.Signing;

/// <summary>What a request says about its own signature. A claim only: nothing here has been verified.</summary>
internal sealed record SignatureClaim(
    SignatureScheme Scheme,
    string AccessKeyId,
    string Algorithm,
    byte[] Signature,
    DateTimeOffset Timestamp,
    string Nonce,
    SignedHeaders? SignedHeaders
)
{
    public static SignatureClaim FromParameters(WireParameters wire)
    {
        var accessKeyId = CheckedAccessKeyId(wire.Text(CommonParameters.AccessKeyId));
        var signature = wire.Value(CommonParameters.Signature);
        if (signature.IsEmpty)
        {
            throw Incomplete(
                "neither a parameter Signature nor an ACS3 Authorization header",
                "Sign the request with signature V1 or V3."
            );
        }

        var version = wire.Text(CommonParameters.SignatureVersion);
        if (version is not "1.0")
        {
            throw Incomplete(
                $"SignatureVersion {Shown.Quoted(version)}",
                "Send SignatureVersion=1.0, or sign with V3."
            );
        }

        return new SignatureClaim(
            SignatureScheme.V1,
            accessKeyId,
            wire.Text(CommonParameters.SignatureMethod),
            Base64Signature(signature),
            CheckedTimestamp("Timestamp", wire.Text(CommonParameters.Timestamp)),
            wire.Text(CommonParameters.SignatureNonce),
            SignedHeaders: null
        );
    }

    public static SignatureClaim FromHeaders(Authorization authorization, WireParameters wire, IRequestHeaders headers)
    {
        var accessKeyId = CheckedAccessKeyId(authorization.Credential);
        CheckSameAccessKeyId("parameter AccessKeyId", wire.Text(CommonParameters.AccessKeyId), accessKeyId);
        CheckSameAccessKeyId("header x-acs-accesskey-id", Single(headers, "x-acs-accesskey-id"), accessKeyId);
        return new SignatureClaim(
            SignatureScheme.V3,
            accessKeyId,
            authorization.Algorithm,
            authorization.Signature,
            CheckedTimestamp("x-acs-date", Single(headers, "x-acs-date")),
            CheckedNonce(Single(headers, "x-acs-signature-nonce")),
            authorization.SignedHeaders
        );
    }

    /// <summary>The header's value without surrounding blanks, empty when absent; two values are refused.</summary>
    public static string Single(IRequestHeaders headers, string name)
    {
        var values = headers.Get(name);
        return values.Count switch
        {
            0 => "",
            1 => values[0].Trim(),
            _ => throw Incomplete($"{values.Count} headers {name}", "Send it once."),
        };
    }

    private static string CheckedAccessKeyId(string accessKeyId)
    {
        if (accessKeyId.Length == 0)
        {
            throw ApiException.Explained(
                ErrorCodes.MissingAccessKeyId,
                "Found no access key id",
                "Sign the request, with signature V1 or V3, and name the access key that signed it."
            );
        }

        return accessKeyId.Length <= RequestLimits.MaxAccessKeyIdCharacters
            ? accessKeyId
            : throw new ApiException(ErrorCodes.InvalidAccessKeyIdNotFound);
    }

    private static void CheckSameAccessKeyId(string where, string found, string credential)
    {
        if (found.Length > 0 && !string.Equals(found, credential, StringComparison.Ordinal))
        {
            throw Incomplete(
                $"the {where} and the Credential of the Authorization header name different access keys",
                "Name the access key that signed, everywhere."
            );
        }
    }

    private static string CheckedNonce(string nonce) =>
        nonce.Length > 0
            ? nonce
            : throw ApiException.Explained(
                ErrorCodes.MissingSignatureNonce,
                "Found no header x-acs-signature-nonce",
                "Send a new random value with each request, and sign it."
            );

    private static DateTimeOffset CheckedTimestamp(string name, string found)
    {
        if (found.Length == 0)
        {
            throw ApiException.Explained(
                ErrorCodes.IllegalTimestamp,
                $"Found no {name}",
                "Send the current time in UTC, like 2026-11-24T02:07:58Z."
            );
        }

        return SignedTimestamp.TryParse(found, out var time)
            ? time.Value
            : throw ApiException.Explained(
                ErrorCodes.InvalidTimeStampFormat,
                $"Found {Shown.Quoted(found)} in {name}",
                "Send the current time in UTC, like 2026-11-24T02:07:58Z."
            );
    }

    private static byte[] Base64Signature(ReadOnlySpan<byte> text)
    {
        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text, decoded, out _, out var length) == OperationStatus.Done
            ? decoded[..length]
            : throw Incomplete(
                "a Signature that is not base64",
                "Send base64 with padding, and percent-encode its '+', '/' and '='."
            );
    }

    private static ApiException Incomplete(string found, string remedy) =>
        ApiException.Explained(ErrorCodes.IncompleteSignature, "Found: " + found, remedy);
}
