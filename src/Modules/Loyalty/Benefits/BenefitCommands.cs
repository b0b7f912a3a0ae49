using Danke.Contracts.Commands;

namespace Danke.Loyalty.Benefits;

/// <summary>Gives a member what a birthday or anniversary brings. Sent by the benefit clock.</summary>
/// <param name="Day">On which it is due, as a number of the program's zone: so many days before the day itself.</param>
internal sealed record GiveBenefit(string Program, string Benefit, long Day) : CommandBody
{
    public override string Type => "benefit.given";
}

/// <summary>A member uses a benefit.</summary>
/// <param name="Times">At least 1.</param>
/// <param name="Order">The order that it is used with, on the command's channel and shop: when that is cancelled or returned, the use is undone.</param>
internal sealed record BenefitUsed(string Program, string Benefit, long Times, string? Order, string? Reason) : CommandBody
{
    public override string Type => "benefit.used";
}

/// <summary>A use is undone: it counts no more.</summary>
internal sealed record BenefitUseReversed(long UseId, string Reason) : CommandBody
{
    public override string Type => "benefit.use_reversed";
}
