using System.Collections.Frozen;

namespace Danke.Platform.Access;

/// <summary>
/// All that the audit log can tell, as noun.participle. The console has words for each of them in every language; what is not listed here cannot be
/// written, so that nobody finds a bare code in the log.
/// </summary>
public static class AuditActions
{
    public static readonly FrozenSet<string> All = FrozenSet.ToFrozenSet(
    [
        "api_key.created", "api_key.revoked",
        "audience.exported", "dead_letters.exported", "orders.exported", "persons.exported", "points.exported", "bulk_adjustments.exported",
        "adjustment_request.approved", "adjustment_request.rejected",
        "benefit.used", "benefit.use_reversed",
        "bulk_adjustment.approved", "bulk_adjustment.begun", "bulk_adjustment.handed_in", "bulk_adjustment.rejected",
        "code_keys.taken",
        "coupon.confirmed", "coupon.issued", "coupon.locked", "coupon.redeemed", "coupon.released", "coupon.reverted",
        "dead_letter.dropped", "dead_letter.edited", "dead_letter.replayed", "dead_letters.replayed",
        "definition.drafted", "definition.published",
        "identity.link_inferred", "identity.pair_answered", "identity.pair_reopened", "identity.rebuilt",
        "job.cancelled", "job.started",
        "journey_entry.ended",
        "keys.rotation_started", "keys.rotated",
        "order.declared_copy", "order.declared_distinct", "order.duplicate_reopened",
        "person.attribute_pinned", "person.attribute_unpinned", "person.consent_changed", "person.decision_revoked", "person.kept_apart", "person.merged", "person.profile_changed", "person.split",
        "points.adjusted", "points.confirmed", "points.converted", "points.entry_reversed", "points.exchanged", "points.redeemed", "points.released", "points.reserved", "points.returned", "points.rolled_back", "points.transferred",
        "pool.opened", "pool.invited", "pool.joined", "pool.left", "pool.limited", "pool.redeemed", "pool.returned",
        "privacy.done", "privacy.export_deleted", "privacy.export_fetched", "privacy.failed", "privacy.requested", "privacy.retained", "privacy.started", "privacy.withdrawn",
        "settings.changed",
        "split_shortfall.approved", "split_shortfall.rejected",
        "tier.granted", "tier.grant_ended",
        "user.changed", "user.created", "user.password_changed",
    ]);

    /// <exception cref="ArgumentException">Nobody has listed it: add it above, and its words to the console.</exception>
    internal static string Known(string action) => All.Contains(action) ? action : throw new ArgumentException($"The audit log knows no '{action}'.", nameof(action));
}
