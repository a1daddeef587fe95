using Keyhold.Protocol.Answers;

namespace Keyhold.Server.Operations;

/// <summary>The answer of operations that tell nothing but that they succeeded: the RequestId alone.</summary>
internal sealed record EmptyAnswer : IAnswer
{
    public static readonly EmptyAnswer Instance = new();

    public void WriteTo(AnswerWriter answer) { }
}
