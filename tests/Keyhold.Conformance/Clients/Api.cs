using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keyhold.Conformance.Server;

namespace Keyhold.Conformance.Clients;

/// <summary>The server's API, called by one client over one road.</summary>
internal sealed class Api(
    NodeClients node,
    string host,
    string road = Road.V3Query,
    string accessKeyId = KeyholdServer.AccessKeyId,
    string accessKeySecret = KeyholdServer.AccessKeySecret,
    string? version = null
)
{
    /// <summary>Calls an operation and returns its answer; a refusal is a RefusedException.</summary>
    public async Task<JsonElement> CallAsync(string action, params (string Name, string Value)[] parameters)
    {
        if (Road.IsOfficialClient(road))
            return await node.DoAsync(road, Addressed(action, parameters));
        if (road is Road.CommandLine)
            return await CommandLineAsync(action, parameters);
        var draft = Road.Draft(road, action, parameters) with
        {
            AccessKeyId = accessKeyId,
            AccessKeySecret = accessKeySecret,
        };
        var answer = await SendAsync(await SignAsync(draft));
        return answer.Status == 200 ? answer.Json : throw new RefusedException(Refusal.FromHttp(answer));
    }

    /// <summary>Calls an operation that must be refused with this status and code, and returns the refusal.</summary>
    public async Task<Refusal> RefusedAsync(
        int status,
        string code,
        string action,
        params (string Name, string Value)[] parameters
    )
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => CallAsync(action, parameters));
        Assert.True(
            string.Equals(refused.Refusal.Code, code, StringComparison.Ordinal) && refused.Refusal.Status == status,
            $"{action}: expected {status} {code}, got {refused.Message}"
        );
        Assert.NotEmpty(refused.Refusal.RequestId);
        return refused.Refusal;
    }

    /// <summary>A refused parameter: InvalidParameter, its documented first sentence, and the parameter named after it.</summary>
    public async Task<Refusal> InvalidAsync(
        string parameter,
        string action,
        params (string Name, string Value)[] parameters
    )
    {
        var refusal = await RefusedAsync(400, "InvalidParameter", action, parameters);
        Assert.StartsWith("The specified parameter is not valid.", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(parameter, refusal.Message, StringComparison.Ordinal);
        return refusal;
    }

    public async Task<SignedRequest> SignAsync(Draft draft)
    {
        var request = Addressed(draft.Action, draft.Parameters);
        request["scheme"] = draft.Scheme;
        request["method"] = draft.Method;
        request["place"] = draft.Place;
        request["accessKeyId"] = draft.AccessKeyId;
        request["accessKeySecret"] = draft.AccessKeySecret;
        request["common"] = new JsonObject(
            draft.Common.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Name, one.Value))
        );
        if (draft.Algorithm is not null)
            request["algorithm"] = draft.Algorithm;
        var signed = await node.DoAsync("sign", request);
        return new SignedRequest(
            signed.GetProperty("method").GetString()!,
            signed.GetProperty("target").GetString()!,
            TextsOf(signed.GetProperty("headers")),
            signed.GetProperty("body").GetString()!,
            signed.GetProperty("stringToSign").GetString()!
        );
    }

    public async Task<HttpAnswer> SendAsync(SignedRequest request)
    {
        var answer = await node.DoAsync(
            "send",
            new JsonObject
            {
                ["host"] = host,
                ["method"] = request.Method,
                ["target"] = request.Target,
                ["headers"] = new JsonObject(
                    request.Headers.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Key, one.Value))
                ),
                ["body"] = request.Body,
                ["chunked"] = request.Chunked,
            }
        );
        return new HttpAnswer(
            answer.GetProperty("status").GetInt32(),
            TextsOf(answer.GetProperty("headers")),
            answer.GetProperty("body").GetString()!
        );
    }

    public async Task<HttpAnswer> SendAsync(Draft draft) => await SendAsync(await SignAsync(draft));

    private JsonObject Addressed(string action, IEnumerable<(string Name, string Value)> parameters)
    {
        var request = new JsonObject
        {
            ["host"] = host,
            ["accessKeyId"] = accessKeyId,
            ["accessKeySecret"] = accessKeySecret,
            ["action"] = action,
            ["parameters"] = new JsonObject(
                parameters.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Name, one.Value))
            ),
        };
        if (version is not null)
            request["version"] = version;
        return request;
    }

    private async Task<JsonElement> CommandLineAsync(string action, IEnumerable<(string Name, string Value)> parameters)
    {
        var outcome = await KeyholdProgram.RunAsync(
            ["api", action, "--json", .. parameters.Select(one => $"{one.Name}={one.Value}")],
            $"http://{host}"
        );
        if (outcome.ExitCode == 0)
            return new HttpAnswer(200, ImmutableDictionary<string, string>.Empty, outcome.Output).Json;
        Assert.Equal(1, outcome.ExitCode);
        throw new RefusedException(new Refusal(0, "", outcome.Errors, "", "keyhold api", "", outcome.Errors));
    }

    private static ImmutableDictionary<string, string> TextsOf(JsonElement values) =>
        values
            .EnumerateObject()
            .ToImmutableDictionary(
                one => one.Name,
                one =>
                    one.Value.ValueKind == JsonValueKind.Array
                        ? string.Join(',', one.Value.EnumerateArray())
                        : one.Value.ToString(),
                StringComparer.Ordinal
            );
}
