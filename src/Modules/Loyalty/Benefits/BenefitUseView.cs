using System.Text.Json;
using Danke.Engines.Benefits;
using Danke.Platform.Books;
using Danke.Platform.Json;

namespace Danke.Loyalty.Benefits;

/// <summary>A use as a till is told.</summary>
/// <param name="State">used, reversed.</param>
/// <param name="Used">In the period of the quota, this use among them.</param>
/// <param name="Left">Null: as often as the member likes.</param>
/// <param name="ResetsAt">When it counts from nothing again; null when no time is set.</param>
public sealed record BenefitUseView(
    long UseId, long PersonId, string Program, string Benefit, string Title, string Kind, string State, long Times, DateTimeOffset At, long Used, long? Left, DateTimeOffset? ResetsAt)
{
    internal static BenefitUseView Of(BenefitUseRow row, Benefit benefit, QuotaUse quota) => new(
        row.Id, row.PersonId, row.Program, row.Benefit, benefit.Title, row.Kind, row.State, row.Times, row.AtMs.ToInstant(), quota.Used, quota.Left, quota.ResetsAtMs.ToInstant());

    internal string ToJson() => JsonSerializer.Serialize(this, DankeJson.Options);
}
