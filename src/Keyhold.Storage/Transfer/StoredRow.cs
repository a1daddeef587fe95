using System.Globalization;

namespace Keyhold.Storage.Transfer;

/// <summary>A row exactly as it is stored. Each value is null, a text (string), a whole number (long) or bytes (byte[]).</summary>
public sealed class StoredRow(IReadOnlyList<object?> values)
{
    public IReadOnlyList<object?> Values => values;

    /// <summary>What messages call it: its key, of a table with that many key columns.</summary>
    public string IdIn(StoredTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return string.Join(
            '/',
            values
                .Take(table.Key.Count)
                .Select(value =>
                    value is byte[] bytes
                        ? Convert.ToHexStringLower(bytes)
                        : Convert.ToString(value, CultureInfo.InvariantCulture)
                )
        );
    }

    /// <summary>Whether every value is of the same kind and has the same bytes.</summary>
    public bool IsSameAs(StoredRow other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return values.Count == other.Values.Count
            && values.Zip(other.Values).All(pair => AreSame(pair.First, pair.Second));
    }

    private static bool AreSame(object? one, object? other) =>
        (one, other) switch
        {
            (null, null) => true,
            (string text, string second) => string.Equals(text, second, StringComparison.Ordinal),
            (long number, long second) => number == second,
            (byte[] bytes, byte[] second) => bytes.AsSpan().SequenceEqual(second),
            _ => false,
        };
}
