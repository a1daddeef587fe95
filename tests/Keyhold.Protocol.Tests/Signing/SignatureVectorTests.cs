using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Keyhold.Protocol.Rpc;

namespace Keyhold.Protocol.Tests.Signing;

public sealed partial class SignatureVectorTests
{
    public static TheoryData<string> All => SignatureVector.Names();

    public static TheoryData<string> V1 => SignatureVector.Names(vector => !vector.IsV3);

    public static TheoryData<string> V3 => SignatureVector.Names(vector => vector.IsV3);

    public static TheoryData<string> WithSecret => SignatureVector.Names(vector => !vector.IsRsa);

    public static TheoryData<string> V3WithBody =>
        SignatureVector.Names(vector => vector.IsV3 && vector.Request.Body.Length > 0);

    public static TheoryData<string> WithEmptySignatureType =>
        SignatureVector.Names(vector => vector.Request.Query.Contains("SignatureType=&", StringComparison.Ordinal));

    [Fact]
    public void There_are_29_vectors()
    {
        Assert.SkipWhen(SignatureVector.Count == 0, "Skipped: ../shared/vectors/signatures.json is absent.");
        Assert.Equal(29, SignatureVector.Count);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Verifies(string name)
    {
        var vector = SignatureVector.Get(name);

        var request = vector.Verify(vector.Request);

        Assert.Equal(vector.AccessKeyId, request.AccessKeyId);
        Assert.Equal(vector.IsV3 ? SignatureScheme.V3 : SignatureScheme.V1, request.Scheme);
        Assert.NotEmpty(request.Action);
        Assert.Matches("^20[0-9]{2}-[0-9]{2}-[0-9]{2}$", request.Version);
    }

    [Theory]
    [MemberData(nameof(WithSecret))]
    public void Echoes_our_string_to_sign_when_the_secret_is_wrong(string name)
    {
        var vector = SignatureVector.Get(name);

        var refusal = Assert.Throws<ApiException>(() => (vector with { Key = "wrong" }).Verify(vector.Request));

        Assert.Equal("SignatureDoesNotMatch", refusal.Error.Code);
        Assert.Equal(
            vector.IsV3
                ? $"Specified signature does not match our calculation. server StringToSign is [{vector.StringToSign}]"
                : "Specified signature is not matched with our calculation. server string to sign is:"
                    + vector.StringToSign,
            refusal.Message
        );
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fails_when_any_value_is_changed(string name)
    {
        var vector = SignatureVector.Get(name);
        var request = vector.Request;
        var changed = Changes(request.Query)
            .Select(request.WithQuery)
            .Concat(Changes(request.Form).Select(request.WithForm))
            .ToList();

        Assert.All(changed, wire => AssertRefused(vector, wire));
        Assert.True(changed.Count > 0 || vector.Request.Body.Length > 0);

        static IEnumerable<string> Changes(string pairs)
        {
            var all = pairs.Split('&', StringSplitOptions.RemoveEmptyEntries);
            for (var index = 0; index < all.Length; index++)
            {
                var before = all[index];
                all[index] = before[..^1] + (before[^1] == '7' ? "8" : "7");
                yield return string.Join('&', all);
                all[index] = before;
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fails_when_a_parameter_is_left_out(string name)
    {
        var vector = SignatureVector.Get(name);
        var request = vector.Request;
        var query = request.Query.Split('&', StringSplitOptions.RemoveEmptyEntries);
        var form = request.Form.Split('&', StringSplitOptions.RemoveEmptyEntries);

        Assert.All(
            query,
            pair =>
                AssertRefused(
                    vector,
                    request.WithQuery(string.Join('&', query.Where(other => !ReferenceEquals(other, pair))))
                )
        );
        Assert.All(
            form,
            pair =>
                AssertRefused(
                    vector,
                    request.WithForm(string.Join('&', form.Where(other => !ReferenceEquals(other, pair))))
                )
        );
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fails_when_a_parameter_with_a_value_is_added(string name)
    {
        var vector = SignatureVector.Get(name);

        AssertRefused(vector, vector.Request.WithQuery(vector.Request.Query + "&Added=1"));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fails_when_the_method_is_changed(string name)
    {
        var vector = SignatureVector.Get(name);

        AssertRefused(vector, vector.Request with { Method = vector.Request.Method is "GET" ? "POST" : "GET" });
    }

    [Theory]
    [MemberData(nameof(WithEmptySignatureType))]
    public void Fails_when_the_signed_empty_SignatureType_is_dropped(string name)
    {
        var vector = SignatureVector.Get(name);

        AssertRefused(
            vector,
            vector.Request.WithQuery(vector.Request.Query.Replace("SignatureType=&", "", StringComparison.Ordinal))
        );
    }

    [Theory]
    [MemberData(nameof(V3))]
    public void V3_fails_when_the_host_is_changed(string name)
    {
        var vector = SignatureVector.Get(name);

        AssertRefused(vector, vector.Request.WithHeader("host", "elsewhere.example"), "SignatureDoesNotMatch");
    }

    [Theory]
    [MemberData(nameof(V1))]
    public void V1_does_not_care_about_the_host(string name)
    {
        var vector = SignatureVector.Get(name);

        vector.Verify(vector.Request.WithHeader("Host", "elsewhere.example"));
    }

    [Theory]
    [MemberData(nameof(V3))]
    public void V3_fails_when_the_date_is_changed(string name)
    {
        var vector = SignatureVector.Get(name);
        var later = vector.SignedAt.AddSeconds(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

        AssertRefused(vector, vector.Request.WithHeader("x-acs-date", later), "SignatureDoesNotMatch");
    }

    [Theory]
    [MemberData(nameof(V3))]
    public void V3_fails_when_any_signed_header_is_changed_or_missing(string name)
    {
        var vector = SignatureVector.Get(name);
        var signed = vector.Request.Headers.Where(header =>
            header.Key.StartsWith("x-acs-", StringComparison.Ordinal) || header.Key is "content-type" or "host"
        );

        Assert.All(
            signed,
            header =>
            {
                AssertRefused(vector, vector.Request.WithHeader(header.Key, header.Value + "0"));
                AssertRefused(vector, vector.Request.WithoutHeader(header.Key));
            }
        );
    }

    [Theory]
    [MemberData(nameof(V3))]
    public void V3_fails_when_an_unsigned_x_acs_header_is_added(string name)
    {
        var vector = SignatureVector.Get(name);

        AssertRefused(vector, vector.Request.WithHeader("X-Acs-Added", "1"), "IncompleteSignature");
    }

    [Theory]
    [MemberData(nameof(V3WithBody))]
    public void V3_fails_when_the_body_does_not_have_its_hash(string name)
    {
        var vector = SignatureVector.Get(name);
        var body = Encoding.UTF8.GetString(vector.Request.Body).Replace("END", "EMD", StringComparison.Ordinal);

        var refusal = AssertRefused(vector, vector.Request.WithForm(body), "SignatureDoesNotMatch");

        Assert.Contains("x-acs-content-sha256", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fails_the_second_time(string name)
    {
        var vector = SignatureVector.Get(name);
        var verifier = vector.Verifier(out _);
        vector.Verify(vector.Request, verifier, changesState: true);

        var refusal = Assert.Throws<ApiException>(() => vector.Verify(vector.Request, verifier, changesState: true));

        Assert.Equal("SignatureNonceUsed", refusal.Error.Code);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fails_15_minutes_and_a_second_later_or_earlier_but_not_at_15_minutes(string name)
    {
        var vector = SignatureVector.Get(name);
        Assert.All(
            new[] { -901, 901 },
            seconds =>
            {
                var verifier = vector.Verifier(out var clock);
                clock.AdjustTime(vector.SignedAt.AddSeconds(seconds));
                var refusal = Assert.Throws<ApiException>(() =>
                    vector.Verify(vector.Request, verifier, changesState: true)
                );
                Assert.Equal("InvalidTimeStamp.Expired", refusal.Error.Code);
            }
        );
        Assert.All(
            new[] { -900, 900 },
            seconds =>
            {
                var verifier = vector.Verifier(out var clock);
                clock.AdjustTime(vector.SignedAt.AddSeconds(seconds));
                vector.Verify(vector.Request, verifier, changesState: true);
            }
        );
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Verifies_with_lower_case_hexadecimal(string name)
    {
        var vector = SignatureVector.Get(name);
        var request = vector.Request.WithQuery(Lower(vector.Request.Query));

        vector.Verify(vector.IsV3 ? request : WithSameForm(request, Lower));

        static string Lower(string pairs) => PercentCode().Replace(pairs, code => code.Value.ToLowerInvariant());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Verifies_with_plus_for_a_space(string name)
    {
        var vector = SignatureVector.Get(name);
        var request = vector.Request.WithQuery(Plus(vector.Request.Query));

        vector.Verify(vector.IsV3 ? request : WithSameForm(request, Plus));

        static string Plus(string pairs) => pairs.Replace("%20", "+", StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Verifies_with_reordered_parameters(string name)
    {
        var vector = SignatureVector.Get(name);
        var request = vector.Request.WithQuery(Reversed(vector.Request.Query));

        vector.Verify(vector.IsV3 ? request : WithSameForm(request, Reversed));

        static string Reversed(string pairs) => string.Join('&', pairs.Split('&').Reverse());
    }

    [Theory]
    [MemberData(nameof(V1))]
    public void V1_verifies_when_parameters_move_between_query_and_form(string name)
    {
        var vector = SignatureVector.Get(name);
        var request = vector.Request;
        var all = string.Join('&', new[] { request.Query, request.Form }.Where(pairs => pairs.Length > 0));

        vector.Verify(request.WithQuery(all) with { Body = [] });
        vector.Verify(
            request.WithQuery("").WithForm(all).WithHeader("Content-Type", "application/x-www-form-urlencoded")
        );
    }

    private static WireRequest WithSameForm(WireRequest request, Func<string, string> change) =>
        request.HasForm ? request.WithForm(change(request.Form)) : request;

    private static ApiException AssertRefused(SignatureVector vector, WireRequest request, string? code = null)
    {
        var refusal = Assert.Throws<ApiException>(() => vector.Verify(request));
        Assert.InRange(refusal.Error.HttpStatus, 400, 499);
        if (code is not null)
        {
            Assert.Equal(code, refusal.Error.Code);
        }

        return refusal;
    }

    [GeneratedRegex("%[0-9A-Fa-f]{2}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex PercentCode();
}
