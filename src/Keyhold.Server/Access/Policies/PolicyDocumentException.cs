namespace Keyhold.Server.Access.Policies;

/// <summary>Why a policy document is refused, such as at <c>Statement[1].Condition.IpAddress</c>.</summary>
internal sealed class PolicyDocumentException(string place, string reason, string remedy)
    : Exception($"{place}: {reason}. {remedy}.")
{
    public string Place => place;

    public string Reason => reason;

    public string Remedy => remedy;
}
