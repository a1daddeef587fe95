using Keyhold.Protocol.Signing;

namespace Keyhold.Protocol.Rpc;

/// <summary>How a request's body is to be read, by its Content-Type; a body of an unknown type is refused, not skipped.</summary>
internal static class RequestBody
{
    public static BodyKind KindOf(IRequestHeaders headers, bool isEmpty, bool isV3)
    {
        if (isEmpty)
        {
            return BodyKind.Empty;
        }

        var contentType = headers.Get("Content-Type");
        if (IsMediaType(contentType, UnsignedRequest.FormType))
        {
            return BodyKind.Form;
        }

        // V1 signs parameters only: what else a body holds would be unsigned.
        if (isV3 && IsMediaType(contentType, "application/json"))
        {
            return BodyKind.Json;
        }

        throw WireParameters.Unreadable(
            contentType.Count == 1
                ? $"a body of type {Shown.Quoted(contentType[0])}"
                : $"a body with {contentType.Count} Content-Type headers",
            isV3
                ? "Send application/x-www-form-urlencoded or application/json."
                : "Send application/x-www-form-urlencoded."
        );
    }

    public static bool IsForm(IRequestHeaders headers) =>
        IsMediaType(headers.Get("Content-Type"), UnsignedRequest.FormType);

    private static bool IsMediaType(IReadOnlyList<string> contentType, string mediaType)
    {
        if (contentType.Count != 1)
        {
            return false;
        }

        var value = contentType[0].AsSpan();
        var semicolon = value.IndexOf(';');
        return (semicolon < 0 ? value : value[..semicolon])
            .Trim()
            .Equals(mediaType, StringComparison.OrdinalIgnoreCase);
    }
}
