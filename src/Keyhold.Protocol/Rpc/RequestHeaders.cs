namespace Keyhold.Protocol.Rpc;

/// <summary>Headers held in memory: for clients, tools and tests.</summary>
public sealed class RequestHeaders(IEnumerable<KeyValuePair<string, string>> headers) : IRequestHeaders
{
    private readonly Dictionary<string, List<string>> valuesByName = Group(headers);

    public IEnumerable<string> Names => valuesByName.Keys;

    public IReadOnlyList<string> Get(string name) => valuesByName.TryGetValue(name, out var values) ? values : [];

    private static Dictionary<string, List<string>> Group(IEnumerable<KeyValuePair<string, string>> headers)
    {
        var grouped = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
        {
            if (!grouped.TryGetValue(name, out var values))
            {
                grouped.Add(name, values = []);
            }

            values.Add(value);
        }

        return grouped;
    }
}
