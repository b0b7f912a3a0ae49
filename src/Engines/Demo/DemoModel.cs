namespace Danke.Engines.Demo;

/// <summary>
/// The statistics of the demo brand's customers.
/// <para>
/// Purchases follow MBG/NBD: while a customer is alive, purchases come as a Poisson process whose rate is gamma-distributed
/// over customers; after every purchase, the first included, the customer drops out with a chance that is beta-distributed.
/// Source: Batislam, Denizel and Filiztekin, "Empirical validation and comparison of models for customer base analysis",
/// Int. J. of Research in Marketing 24, 2007; after Fader, Hardie and Lee's BG/NBD (Marketing Science 24:2, 2005).
/// </para>
/// <para>
/// Order values are gamma-distributed around a customer's own mean, which is inverse-gamma over customers and independent of
/// the rate: Fader and Hardie's gamma-gamma model (2013).
/// </para>
/// </summary>
public sealed record DemoModel
{
    public static readonly DemoModel Default = new();

    /// <summary>Shape r of the purchase rates.</summary>
    public double RateShape { get; init; } = 0.9;

    /// <summary>Mean purchases a year of a customer who is alive, the first purchase not counted; r / alpha.</summary>
    public double RatePerYear { get; init; } = 4.4;

    /// <summary>a of the drop-out chance. With <see cref="DropOutB"/>: mean a / (a + b).</summary>
    public double DropOutA { get; init; } = 0.9;
    public double DropOutB { get; init; } = 2.4;

    /// <summary>False: nobody drops out, and purchase counts are plain negative-binomial.</summary>
    public bool DropsOut { get; init; } = true;

    /// <summary>Shape p of the values of one customer's orders.</summary>
    public double ValueShape { get; init; } = 3.5;

    /// <summary>Shape q of the spread between customers; above 2, so that the variance exists.</summary>
    public double ValueSpread { get; init; } = 5;

    /// <summary>Mean order value at list prices, fen.</summary>
    public double MeanValueMinor { get; init; } = 24_000;

    /// <summary>alpha of the purchase rates, in days.</summary>
    public double RateAlphaDays => RateShape / RatePerYear * 365.25;
}
