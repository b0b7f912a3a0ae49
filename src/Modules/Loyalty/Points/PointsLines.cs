using System.Text.Json.Nodes;
using Danke.Contracts.Loyalty;
using Danke.Contracts.Orders;
using Danke.Contracts.Persons;
using Danke.Loyalty.Reading;

namespace Danke.Loyalty.Points;

/// <summary>Every movement of points, with why.</summary>
internal sealed class PointsLines(EntryLedger ledger, IEnumerable<IOrderLabels> orders) : ITimelineSource
{
    public string Name => "points_entries";
    public string Kind => TimelineKinds.Points;

    public async Task<IReadOnlyList<TimelineItem>> Read(TimelineRequest request, CancellationToken cancel)
    {
        var entries = await ledger.Before(request.PersonId, request.AtMs, request.Number, request.Limit, cancel);
        var labels = await orders.Labels(entries, cancel);
        return [.. entries.Select(e => Line(e, labels.GetValueOrDefault(e.OrderId)))];
    }

    private static TimelineItem Line(PointsEntry e, OrderLabel? order) => new(e.AtMs, e.EntryId, order?.Channel ?? "", "points." + e.Kind, new JsonObject
    {
        ["entry_id"] = e.EntryId,
        ["program"] = e.Program,
        ["kind"] = e.Kind,
        ["pending"] = e.Pending,
        ["spendable"] = e.Spendable,
        ["growth"] = e.Growth,
        ["lot_id"] = e.LotId == 0 ? null : e.LotId,
        ["order_id"] = e.OrderId == 0 ? null : e.OrderId,
        ["number"] = order?.Number,
        ["rule"] = e.Rule,
        ["program_version"] = e.ProgramVersion,
        ["event"] = e.CommandKey,
    }, EntryReason.Of(e, order?.Number));
}

internal static class OrderLabelsOfEntries
{
    /// <summary>The orders that the lines speak of; none when no module keeps orders.</summary>
    public static async Task<IReadOnlyDictionary<long, OrderLabel>> Labels(this IEnumerable<IOrderLabels> orders, IEnumerable<PointsEntry> entries, CancellationToken cancel) =>
        orders.FirstOrDefault() is { } labels ? await labels.Of([.. entries.Select(e => e.OrderId).Where(o => o != 0).Distinct()], cancel) : new Dictionary<long, OrderLabel>();
}
