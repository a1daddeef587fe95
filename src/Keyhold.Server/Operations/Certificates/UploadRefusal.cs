using Keyhold.Crypto.Certificates;
using Keyhold.Protocol;
using Keyhold.Server.Access;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>Turns a judgement's errors into the one paragraph that the client reads.</summary>
internal sealed class UploadRefusal(PendingOwner owner)
{
    /// <summary>So many findings fit into a paragraph that somebody still reads.</summary>
    private const int FindingsTold = 3;

    public async ValueTask<ApiException> ExplainAsync(Judgement judgement, Caller caller, CancellationToken stop)
    {
        var told = judgement.Errors.Take(FindingsTold).Select(finding => finding.ToString());
        var message = $"{ErrorCodes.InvalidParameter.Text} {string.Join(' ', told)}";
        return new ApiException(
            ErrorCodes.InvalidParameter,
            await owner.DescribeAsync(judgement, caller, stop) is { } sentence ? $"{message} {sentence}" : message
        );
    }
}
