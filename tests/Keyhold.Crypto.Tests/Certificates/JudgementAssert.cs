using Keyhold.Crypto.Certificates;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>What tests expect of a judgement.</summary>
internal static class JudgementAssert
{
    public static Finding OneWarning(Judgement judgement, string code, string parameter)
    {
        Assert.Empty(judgement.Errors);
        var warning = Assert.Single(judgement.Warnings);
        Assert.Equal((code, parameter), (warning.Code, warning.Parameter));
        return warning;
    }

    public static Finding FirstError(Judgement judgement, string code, string parameter)
    {
        Assert.False(judgement.IsAccepted);
        var error = judgement.Findings[0];
        Assert.Equal((FindingSeverity.Error, code, parameter), (error.Severity, error.Code, error.Parameter));
        return error;
    }
}
