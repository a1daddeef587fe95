namespace Keyhold.Protocol.Answers;

/// <summary>What the client asked to be answered in (parameter Format; absent means JSON).</summary>
public enum AnswerFormat
{
    Json,
    Xml,
}
