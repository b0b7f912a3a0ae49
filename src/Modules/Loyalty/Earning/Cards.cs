using System.Globalization;

namespace Danke.Loyalty.Earning;

/// <summary>Card numbers for members who bring none: 12 digits, the last a Luhn check digit, so that a typing error is noticed.</summary>
internal static class Cards
{
    public static string Number(long personId) => WithCheckDigit("8", personId);

    /// <summary>For a membership that nobody joined: a split gave the person points. Never the same as any person's <see cref="Number"/>.</summary>
    public static string Unclaimed(long number) => WithCheckDigit("9", number);

    private static string WithCheckDigit(string first, long number)
    {
        var body = first + number.ToString("D10", CultureInfo.InvariantCulture);
        return body + CheckDigit(body);
    }

    private static int CheckDigit(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            if (i % 2 == 0 && (digit *= 2) > 9) digit -= 9;
            sum += digit;
        }
        return (10 - sum % 10) % 10;
    }
}
