using System.Globalization;
using Keyhold.Protocol;
using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Access.Policies;
using Keyhold.Server.Operations.Users;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.Policies;

/// <summary>
/// Keyhold's own: what the policies of a user would say to a request, and which statement decides. Nothing is looked up
/// but the user's policies; what is not given is missing to conditions, except that the time is now.
/// </summary>
internal sealed class SimulatePolicy(Access.Users users, UserPolicies policies, TimeProvider time)
    : IOperation<SimulatePolicy.Request, SimulatePolicy.Response>
{
    private const int MaximumTags = 20;

    public OperationInfo Info { get; } =
        OperationInfo.OfRam(
            "SimulatePolicy",
            Effect.Reads,
            "UserName",
            "SimulatedAction",
            "SimulatedResource",
            "SourceIp",
            "CurrentTime",
            "SecureTransport",
            "SimulatedUserAgent",
            "ResourceTags"
        );

    internal sealed record Request(UserName UserName, AccessFacts Facts) : IOperationRequest
    {
        public Resource Resource => UserName.Resource;
    }

    internal sealed record Response(PolicyDecision Decision, AccessFacts Facts) : IAnswer
    {
        public void WriteTo(AnswerWriter answer)
        {
            var (verdict, policy, statement) = Decision;
            answer.Text("Decision", verdict.ToString());
            answer.Text("PolicyName", policy?.Name);
            answer.Text("PolicyType", policy?.Type);
            answer.Text("VersionId", policy?.Version);
            if (policy is not null)
            {
                answer.Number("StatementIndex", statement);
            }

            answer.Text("Reason", Reason());
        }

        private string Reason() =>
            Decision is { Policy: { } policy, Verdict: var verdict }
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"Statement[{Decision.Statement}] of {policy.Name} ({policy.Type}, {policy.Version}) {(verdict is PolicyVerdict.Allow ? "allows" : "denies")} {Facts.Action} on {Facts.Resource}."
                )
                : $"No statement of the user's policies allows {Facts.Action} on {Facts.Resource}.";
    }

    public Request Parse(Parameters parameters) =>
        new(
            UserName.Parse(parameters),
            new AccessFacts(ActionIn(parameters), ResourceIn(parameters))
            {
                SourceIp = AddressIn(parameters),
                CurrentTime = TimeIn(parameters) ?? time.GetUtcNow(),
                SecureTransport = parameters.Optional("SecureTransport") is null
                    ? null
                    : parameters.Boolean("SecureTransport", otherwise: false),
                UserAgent = parameters.Optional("SimulatedUserAgent"),
                ResourceTags = parameters.JsonPairs("ResourceTags", "TagKey", "TagValue", MaximumTags),
            }
        );

    public async ValueTask<Response> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        var user = await users.RequireAsync(request.UserName.Value, stop);
        var attached = await policies.OfAsync(user.UserName, stop);
        return new Response(PolicyEvaluator.Decide(attached.Policies, request.Facts), request.Facts);
    }

    /// <summary>The parameter Action names this operation itself, so what is simulated has a name of its own.</summary>
    private static string ActionIn(Parameters parameters)
    {
        const string name = "SimulatedAction";
        var action = parameters.Required(name);
        return
            action.Split(':') is [{ Length: > 0 }, { Length: > 0 }] && !action.Contains('*', StringComparison.Ordinal)
            ? action
            : throw ApiException.InvalidParameter(
                name,
                "it is not an action",
                "Write service:Operation without wildcards, such as kms:DescribeCertificate"
            );
    }

    private static string ResourceIn(Parameters parameters)
    {
        const string name = "SimulatedResource";
        var resource = parameters.Required(name);
        return
            resource is "*"
            || (resource.StartsWith("acs:", StringComparison.Ordinal) && resource.Split(':').Length >= 5)
            ? resource
            : throw ApiException.InvalidParameter(
                name,
                "it is not an ARN",
                "Write acs:kms:<region>:<account>:certificate/<id>, or whatever Arn an answer shows"
            );
    }

    private static System.Net.IPAddress? AddressIn(Parameters parameters)
    {
        const string name = "SourceIp";
        return parameters.Optional(name) is not { } text ? null
            : !text.Contains('/', StringComparison.Ordinal) && IpRange.Parse(text, out _) is not null
                ? System.Net.IPAddress.Parse(text)
            : throw ApiException.InvalidParameter(
                name,
                "it is not an IPv4 or IPv6 address",
                "Write one, such as 10.1.2.3"
            );
    }

    private static DateTimeOffset? TimeIn(Parameters parameters)
    {
        const string name = "CurrentTime";
        return parameters.Optional(name) is not { } text
            ? null
            : ConditionValue.Time(text)
                ?? throw ApiException.InvalidParameter(
                    name,
                    "it is not a time with an offset",
                    "Write it as 2026-11-24T17:00:00+08:00 or 2026-11-24T09:00:00Z"
                );
    }
}
