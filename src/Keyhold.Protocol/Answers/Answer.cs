using System.Buffers;

namespace Keyhold.Protocol.Answers;

/// <summary>
/// Whole answer bodies. Success: <c>{fields..., "RequestId":"..."}</c> or <c>&lt;KMS&gt;</c>; error: the superset of
/// what Alibaba's gateway and KMS send, every field a string but HttpStatus, since Alibaba's Go client panics else.
/// </summary>
public static class Answer
{
    // Alibaba sends a link into its troubleshooting pages here, which know nothing of this server.
    private const string Recommendation = "Follow the message.";
    private const string RecommendationOfFault = "The server's log says more under this RequestId.";

    public static void Write(IBufferWriter<byte> output, AnswerFormat format, string requestId, IAnswer answer) =>
        Write(
            output,
            format,
            "KMS",
            (answer, requestId),
            static (writer, state) =>
            {
                state.answer.WriteTo(writer);
                writer.Text("RequestId", state.requestId);
            }
        );

    /// <summary>One JSON object without a RequestId: what was worked out without a server.</summary>
    public static void WriteOffline(IBufferWriter<byte> output, IAnswer answer) =>
        Write(output, AnswerFormat.Json, "KMS", answer, static (writer, fields) => fields.WriteTo(writer));

    public static void WriteError(
        IBufferWriter<byte> output,
        AnswerFormat format,
        string requestId,
        string hostId,
        ErrorCode error,
        string message
    ) =>
        Write(
            output,
            format,
            "Error",
            (requestId, hostId, error, message),
            static (writer, state) =>
            {
                writer.Text("RequestId", state.requestId);
                writer.Text("HostId", state.hostId);
                writer.Text("Code", state.error.Code);
                writer.Text("Message", state.message);
                writer.Text("Recommend", state.error.HttpStatus < 500 ? Recommendation : RecommendationOfFault);
                writer.Number("HttpStatus", state.error.HttpStatus);
            }
        );

    /// <summary>Exactly these: Alibaba's clients choose their parser by the text.</summary>
    public static string ContentTypeOf(AnswerFormat format) =>
        format == AnswerFormat.Xml ? "text/xml;charset=utf-8" : "application/json;charset=utf-8";

    private static void Write<T>(
        IBufferWriter<byte> output,
        AnswerFormat format,
        string root,
        T state,
        Action<AnswerWriter, T> write
    )
    {
        if (format == AnswerFormat.Xml)
        {
            var xml = new XmlAnswer(output, root);
            write(xml, state);
            xml.Complete();
            return;
        }

        using var json = new JsonAnswer(output);
        write(json, state);
        json.Complete();
    }
}
