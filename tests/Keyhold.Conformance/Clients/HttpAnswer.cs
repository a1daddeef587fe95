using System.Text.Json;
using System.Xml.Linq;

namespace Keyhold.Conformance.Clients;

/// <summary>An HTTP answer as it came, header names in lower case.</summary>
internal sealed record HttpAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json
    {
        get
        {
            try
            {
                using var document = JsonDocument.Parse(Body);
                return document.RootElement.Clone();
            }
            catch (JsonException failure)
            {
                throw new InvalidOperationException($"Not JSON ({Status}): \"{Body}\"", failure);
            }
        }
    }

    public XDocument Xml => XDocument.Parse(Body);
}
