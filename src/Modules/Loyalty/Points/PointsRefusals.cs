using Danke.Contracts.Commands;
using Danke.Engines.Ledger;

namespace Danke.Loyalty.Points;

/// <summary>
/// Every refusal of a command on points, in order of precedence: when several apply, the first is given. Codes are for ever; what they say may
/// change. Listed in docs/loyalty.md.
/// </summary>
internal static class PointsRefusals
{
    public static readonly IReadOnlyList<string> InOrder =
    [
        "program_unknown", "point_type_unknown", "not_a_member", "request_unknown", "request_decided", "same_person", "shortfall_unknown", "shortfall_decided", "shortfall_moved",
        "transfers_not_allowed", "transfer_to_self", "recipient_not_a_member", "partner_unknown", "exchange_not_allowed", "conversion_unknown", "exchange_not_even",
        "entry_unknown", "entry_reversed", "entry_of_order", "entry_of_redemption", "entry_stands", "lot_moved", "lot_ended", "lot_spent",
        "reservation_unknown", "redemption_unknown", "redemption_not_spent", "reservation_ended", "reservation_exceeded", "return_exceeds_redemption",
        "transfer_too_large", "transfer_quota_exceeded", "insufficient_balance",
    ];

    public static Refusal Because(string code, string detail) => InOrder.Contains(code) ? new Refusal(code, detail, Final: true) : throw new ArgumentException($"'{code}' is not listed.", nameof(code));

    public static Refusal Because(ReversalRefusal why, long entryId) => why switch
    {
        ReversalRefusal.Reversed => Because("entry_reversed", $"Entry {entryId} was undone already."),
        ReversalRefusal.OfOrder => Because("entry_of_order", $"Entry {entryId} follows an order: correct or refund that, and the points follow."),
        ReversalRefusal.OfRedemption => Because("entry_of_redemption", $"Entry {entryId} is of a redemption: return or release that."),
        ReversalRefusal.Stands => Because("entry_stands", $"Entry {entryId} is an expiry, a reversal or made by a split: these stand."),
        ReversalRefusal.LotMoved => Because("lot_moved", $"The lot of entry {entryId} went to somebody else or was drawn anew."),
        ReversalRefusal.LotEnded => Because("lot_ended", $"The lot of entry {entryId} has ended."),
        ReversalRefusal.LotSpent => Because("lot_spent", $"What entry {entryId} gave is spent."),
        _ => throw new ArgumentOutOfRangeException(nameof(why)),
    };
}
