using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Operations.Users;

/// <summary>Lists the policies that a user has, in the order in which they were attached.</summary>
internal sealed class ListPoliciesForUser(Access.Users users, PolicyLibrary policies)
    : IOperation<UserRequest, ListPoliciesForUser.Response>
{
    public OperationInfo Info { get; } = OperationInfo.OfRam("ListPoliciesForUser", Effect.Reads, "UserName");

    internal sealed record Response(IReadOnlyList<(PolicyAttachment Attachment, PolicyRow Policy)> Policies) : IAnswer
    {
        public void WriteTo(AnswerWriter answer) =>
            answer.Objects(
                "Policies",
                "Policy",
                Policies,
                static (answer, item) =>
                {
                    var (attachment, policy) = item;
                    answer.Text("PolicyName", attachment.PolicyName);
                    answer.Text("PolicyType", attachment.PolicyType);
                    answer.Text("Description", policy.Description);
                    answer.Text("DefaultVersion", PolicyVersionId.Of(policy.DefaultVersion));
                    answer.Text("AttachDate", UtcText.Of(attachment.AttachedAt));
                }
            );
    }

    public UserRequest Parse(Parameters parameters) => UserRequest.Parse(parameters);

    public async ValueTask<Response> HandleAsync(UserRequest request, Caller caller, CancellationToken stop)
    {
        var user = await users.RequireAsync(request.UserName.Value, stop);
        var found = new List<(PolicyAttachment, PolicyRow)>(user.Attachments.Count);
        foreach (var attachment in user.Attachments)
        {
            var policy = await policies.RequireAsync(attachment.PolicyType, attachment.PolicyName, stop);
            found.Add((attachment, policy));
        }

        return new Response(found);
    }
}
