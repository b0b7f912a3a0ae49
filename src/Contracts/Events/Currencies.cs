namespace Danke.Contracts.Events;

/// <summary>The currencies of ISO 4217 (list one, funds codes left out) and how many digits their minor unit has.</summary>
public static class Currencies
{
    private const string TwoDigits =
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP " +
        "DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD " +
        "LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD " +
        "SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG";

    private const string NoDigits = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
    private const string ThreeDigits = "BHD IQD JOD KWD LYD OMR TND";

    // By the three letters read as a number to base 26: a look-up without hashing or allocation.
    private static readonly string?[] Codes = new string?[26 * 26 * 26];
    private static readonly Dictionary<string, int> DigitsByCode = new(StringComparer.Ordinal);

    static Currencies()
    {
        foreach (var (codes, digits) in new[] { (TwoDigits, 2), (NoDigits, 0), (ThreeDigits, 3) })
            foreach (var code in codes.Split(' '))
            {
                Codes[(code[0] - 'A') * 676 + (code[1] - 'A') * 26 + (code[2] - 'A')] = code;
                DigitsByCode[code] = digits;
            }
    }

    /// <summary>The code as one shared string; null when it is no currency.</summary>
    public static string? Find(ReadOnlySpan<byte> code)
    {
        if (code.Length != 3) return null;
        var index = 0;
        foreach (var letter in code)
        {
            if (letter is < (byte)'A' or > (byte)'Z') return null;
            index = index * 26 + (letter - 'A');
        }
        return Codes[index];
    }

    public static bool IsKnown(string code) => DigitsByCode.ContainsKey(code);

    /// <summary>Digits of the minor unit: 2 for CNY, 0 for JPY.</summary>
    /// <exception cref="KeyNotFoundException">Not a currency.</exception>
    public static int Digits(string code) => DigitsByCode[code];
}
