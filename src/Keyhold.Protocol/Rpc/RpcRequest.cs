using System.Text;
using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Signing;

namespace Keyhold.Protocol.Rpc;

/// <summary>
/// A request of the RPC style (Alibaba's "Request structure and signature" pages, V1 and V3), read but not believed:
/// nothing in it counts before <see cref="SignatureVerifier"/> has checked form, signature and replay, in that order.
/// Keeps a reference to the body, which must stay unchanged until the signature is checked.
/// </summary>
public sealed class RpcRequest
{
    private RpcRequest(
        string method,
        WireParameters wire,
        IRequestHeaders headers,
        ReadOnlyMemory<byte> body,
        SignatureClaim claim
    )
    {
        Method = method;
        Wire = wire;
        Headers = headers;
        Body = body;
        Claim = claim;
        Action = ActionOf(claim.Scheme, wire, headers);
        Version = VersionOf(claim.Scheme, wire, headers);
        Format = RequestFormat.Of(wire);
        SecurityToken = SecurityTokenOf(claim.Scheme, wire, headers);
        Parameters = OwnParameters(wire);
    }

    public string Action { get; }

    public string Version { get; }

    public string AccessKeyId => Claim.AccessKeyId;

    public SignatureScheme Scheme => Claim.Scheme;

    public AnswerFormat Format { get; }

    public string? SecurityToken { get; }

    /// <summary>The operation's own parameters: the common ones are taken out.</summary>
    public Parameters Parameters { get; }

    internal string Method { get; }

    internal WireParameters Wire { get; }

    internal IRequestHeaders Headers { get; }

    internal ReadOnlyMemory<byte> Body { get; }

    internal SignatureClaim Claim { get; }

    /// <summary>How far <see cref="SignatureVerifier"/> has come, so that no step can be forgotten or swapped.</summary>
    internal VerificationStep Verified { get; set; }

    /// <summary>
    /// Checks shape: method, limits, decoding, duplicates, Format, where Action and Version come from, the signature's
    /// parts. Every refusal is an <see cref="ApiException"/>.
    /// </summary>
    public static RpcRequest Parse(string method, string rawTarget, IRequestHeaders headers, ReadOnlyMemory<byte> body)
    {
        // 1. What reading the rest can cost is bounded first.
        CheckSize("request target", rawTarget.Length, RequestLimits.MaxTargetBytes);
        CheckSize("request body", body.Length, RequestLimits.MaxBodyBytes);
        CheckMethod(method);

        // 2. Parameters, from query and body together.
        var authorization = AuthorizationOf(headers);
        var kind = RequestBody.KindOf(headers, body.IsEmpty, isV3: authorization is not null);
        var wire = WireParameters.Read(QueryOf(rawTarget), body.Span, kind);

        // 3. Format before all else that can be refused: an answer must know it.
        RequestFormat.Of(wire);

        // 4. Who claims to have signed, and how.
        var claim = authorization is null
            ? SignatureClaim.FromParameters(wire)
            : SignatureClaim.FromHeaders(authorization, wire, headers);
        return new RpcRequest(method, wire, headers, body, claim);
    }

    /// <summary>Best effort, never throws: the answer's format for a request that may not parse.</summary>
    public static AnswerFormat FormatOf(string rawTarget, IRequestHeaders headers, ReadOnlyMemory<byte> body) =>
        RequestFormat.Guessed(rawTarget, headers, body.Span);

    private static void CheckSize(string what, int found, int limit)
    {
        if (found > limit)
        {
            throw ApiException.Explained(
                ErrorCodes.RequestTooLarge,
                $"The {what} has {found} bytes, at most {limit} are taken",
                "Send less; large parameters fit better into a form body."
            );
        }
    }

    private static void CheckMethod(string method)
    {
        if (method is not ("GET" or "POST"))
        {
            throw ApiException.Explained(
                ErrorCodes.UnsupportedHttpMethod,
                $"Found {Shown.Quoted(method)}",
                "Use GET or POST."
            );
        }
    }

    private static ReadOnlySpan<char> QueryOf(string rawTarget)
    {
        var question = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var path = PathOf(question < 0 ? rawTarget : rawTarget.AsSpan(0, question));
        if (path is not "/")
        {
            throw ApiException.Explained(
                ErrorCodes.InvalidActionNotFound,
                $"Found the path {Shown.Quoted(path.ToString())}",
                "The path of every operation is \"/\"."
            );
        }

        return question < 0 ? [] : rawTarget.AsSpan(question + 1);
    }

    /// <summary>A client that was given a proxy sends the whole URL (RFC 9112 section 3.2.2); no signature covers it.</summary>
    private static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> target)
    {
        const string Separator = "://";
        var scheme = target.IndexOf(Separator, StringComparison.Ordinal);
        if (scheme <= 0 || target[..scheme] is not ("http" or "https"))
        {
            return target;
        }

        var authority = target[(scheme + Separator.Length)..];
        var slash = authority.IndexOf('/');
        return slash < 0 ? "/" : authority[slash..];
    }

    private static Authorization? AuthorizationOf(IRequestHeaders headers)
    {
        var values = headers.Get("Authorization");
        if (values.Count > 1)
        {
            throw ApiException.Explained(
                ErrorCodes.IncompleteSignature,
                $"Found {values.Count} Authorization headers",
                "Send one."
            );
        }

        return values.Count == 1 ? Authorization.ParseIfAcs(values[0]) : null;
    }

    private static string ActionOf(SignatureScheme scheme, WireParameters wire, IRequestHeaders headers) =>
        SignedName("Action", CommonParameters.Action, "x-acs-action", ErrorCodes.MissingAction, scheme, wire, headers);

    private static string VersionOf(SignatureScheme scheme, WireParameters wire, IRequestHeaders headers) =>
        SignedName(
            "Version",
            CommonParameters.Version,
            "x-acs-version",
            ErrorCodes.MissingVersion,
            scheme,
            wire,
            headers
        );

    // Under V1 only the parameter is signed, and the header, which all official clients send as well, means nothing.
    // Under V3 both are, so they must agree.
    private static string SignedName(
        string name,
        ReadOnlySpan<byte> parameter,
        string header,
        ErrorCode missing,
        SignatureScheme scheme,
        WireParameters wire,
        IRequestHeaders headers
    )
    {
        var fromParameter = wire.Text(parameter);
        if (scheme == SignatureScheme.V1)
        {
            return fromParameter.Length > 0
                ? fromParameter
                : throw ApiException.Explained(
                    missing,
                    $"Found no parameter {name}; under signature V1 the header {header} is not signed and not enough",
                    $"Send {name} as a parameter and sign it."
                );
        }

        var fromHeader = SignatureClaim.Single(headers, header);
        if (
            fromParameter.Length > 0
            && fromHeader.Length > 0
            && !string.Equals(fromParameter, fromHeader, StringComparison.Ordinal)
        )
        {
            throw ApiException.InvalidParameter(
                name,
                $"found {Shown.Quoted(fromParameter)} as parameter and {Shown.Quoted(fromHeader)} in {header}",
                "Send it in one place, or the same in both."
            );
        }

        if (fromParameter.Length == 0 && fromHeader.Length == 0)
        {
            throw ApiException.Explained(missing, $"Found no header {header}", "Send and sign it.");
        }

        return fromHeader.Length > 0 ? fromHeader : fromParameter;
    }

    private static string? SecurityTokenOf(SignatureScheme scheme, WireParameters wire, IRequestHeaders headers)
    {
        var fromHeader = scheme == SignatureScheme.V3 ? SignatureClaim.Single(headers, "x-acs-security-token") : "";
        var token = fromHeader.Length > 0 ? fromHeader : wire.Text(CommonParameters.SecurityToken);
        return token.Length > 0 ? token : null;
    }

    private static Parameters OwnParameters(WireParameters wire)
    {
        var own = new List<KeyValuePair<string, string>>();
        for (var index = 0; index < wire.Count; index++)
        {
            if (!CommonParameters.Contains(wire.Name(index)))
            {
                own.Add(new(Encoding.UTF8.GetString(wire.Name(index)), Encoding.UTF8.GetString(wire.Value(index))));
            }
        }

        return new Parameters(own);
    }
}
