using System.Diagnostics.CodeAnalysis;

namespace Keyhold.Protocol.Signing;

/// <summary>
/// The time a request says it was signed: ISO 8601 in UTC, <c>2026-11-24T02:07:58Z</c>; fractions of a second are
/// tolerated and count. Strict otherwise: local times and offsets are where clock mistakes hide.
/// </summary>
internal static class SignedTimestamp
{
    /// <summary>How far a request's clock and ours may lie apart, in both directions (Alibaba: 15 minutes).</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(15);

    private const int WholeSeconds = 19;
    private const int MaxFractionDigits = 9;

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out DateTimeOffset? time)
    {
        time = null;
        if (
            text.Length <= WholeSeconds
            || text[4] != '-'
            || text[7] != '-'
            || text[10] != 'T'
            || text[13] != ':'
            || text[16] != ':'
            || text[^1] != 'Z'
            || !TryNumber(text[..4], out var year)
            || !TryNumber(text[5..7], out var month)
            || !TryNumber(text[8..10], out var day)
            || !TryNumber(text[11..13], out var hour)
            || !TryNumber(text[14..16], out var minute)
            || !TryNumber(text[17..19], out var second)
            || !TryFraction(text[WholeSeconds..^1], out var ticks)
        )
        {
            return false;
        }

        if (
            year is < 1970 or > 9998
            || month is < 1 or > 12
            || day < 1
            || day > DateTime.DaysInMonth(year, month)
            || hour > 23
            || minute > 59
            || second > 59
        )
        {
            return false;
        }

        time = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).AddTicks(ticks);
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<char> text, out long ticks)
    {
        ticks = 0;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] != '.' || text.Length is < 2 or > MaxFractionDigits + 1 || !TryNumber(text[1..], out _))
        {
            return false;
        }

        // Ticks are seven digits; finer ones are cut off.
        for (var digit = 1; digit <= 7; digit++)
        {
            ticks = (ticks * 10) + (digit < text.Length ? text[digit] - '0' : 0);
        }

        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            number = (number * 10) + (digit - '0');
        }

        return true;
    }
}
