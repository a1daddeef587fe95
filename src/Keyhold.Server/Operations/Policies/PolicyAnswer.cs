using Keyhold.Protocol.Answers;
using Keyhold.Server.Access;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Operations.Policies;

/// <summary>Policies and their versions, in RAM's shape.</summary>
internal static class PolicyAnswer
{
    public static void Write(AnswerWriter answer, string type, PolicyRow policy, int? attachments)
    {
        answer.Text("PolicyName", policy.PolicyName);
        answer.Text("PolicyType", type);
        answer.Text("Description", policy.Description);
        answer.Text("DefaultVersion", PolicyVersionId.Of(policy.DefaultVersion));
        answer.Text("CreateDate", UtcText.Of(policy.CreatedAt));
        answer.Text("UpdateDate", UtcText.Of(policy.UpdatedAt));
        if (attachments is { } count)
        {
            answer.Number("AttachmentCount", count);
        }
    }

    public static void WriteVersion(AnswerWriter answer, PolicyRow policy, PolicyVersionRow version, bool withDocument)
    {
        answer.Text("VersionId", PolicyVersionId.Of(version.Number));
        answer.Flag("IsDefaultVersion", version.Number == policy.DefaultVersion);
        answer.Text("PolicyDocument", withDocument ? version.Document : null);
        answer.Text("CreateDate", UtcText.Of(version.CreatedAt));
    }
}
