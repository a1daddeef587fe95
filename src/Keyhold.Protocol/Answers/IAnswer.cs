namespace Keyhold.Protocol.Answers;

/// <summary>What an operation answers: it writes its fields and knows no format.</summary>
public interface IAnswer
{
    void WriteTo(AnswerWriter answer);
}
