using Keyhold.Protocol.Answers;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Operations.Users;

/// <summary>One user, in RAM's shape.</summary>
internal sealed record UserAnswer(UserRow User) : IAnswer
{
    public void WriteTo(AnswerWriter answer) => answer.Object("User", user => Write(user, User));

    public static void Write(AnswerWriter answer, UserRow user)
    {
        answer.Text("UserId", user.UserId);
        answer.Text("UserName", user.UserName);
        answer.Text("DisplayName", user.DisplayName);
        answer.Text("Comments", user.Comments);
        answer.Text("CreateDate", UtcText.Of(user.CreatedAt));
        answer.Text("UpdateDate", UtcText.Of(user.UpdatedAt));
    }
}
