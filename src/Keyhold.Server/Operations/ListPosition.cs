using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;

namespace Keyhold.Server.Operations;

/// <summary>RAM's way through long lists: Marker says where to go on, MaxItems how far. The first page has no Marker.</summary>
internal sealed record ListPosition(string Marker, int MaxItems)
{
    private const int DefaultItems = 100;
    private const int MaximumItems = 1_000;

    public static ListPosition Parse(Parameters parameters) =>
        new(
            parameters.Optional("Marker") ?? "",
            parameters.Integer("MaxItems", DefaultItems, minimum: 1, MaximumItems)
        );

    /// <param name="answer">The answer that the list is part of.</param>
    /// <param name="next">The Marker of the next page; null when this was the last.</param>
    public static void Write(AnswerWriter answer, string? next)
    {
        answer.Flag("IsTruncated", next is not null);
        answer.Text("Marker", next);
    }
}
