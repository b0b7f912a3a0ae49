using System.Globalization;

namespace Danke.Loyalty.Earning;

/// <summary>
/// Card numbers for members who bring none: 12 digits, the last a Luhn check digit, so that a typing error is noticed. They are counted, not
/// made from the person's number: a card goes with the membership when identifiers change hands, the person's number may live again without it.
/// </summary>
internal static class Cards
{
    /// <summary>The card of the nth number of the sequence <c>card</c>.</summary>
    public static string Number(long nth)
    {
        var body = "9" + nth.ToString("D10", CultureInfo.InvariantCulture);
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
