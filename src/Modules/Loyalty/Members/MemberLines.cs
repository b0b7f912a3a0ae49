using System.Text.Json.Nodes;
using Danke.Contracts.Persons;
using Danke.Loyalty.Earning;
using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.Loyalty.Members;

/// <summary>When a person joined and left programs.</summary>
internal sealed class MemberLines(BooksStore books) : ITimelineSource
{
    public string Name => "memberships";
    public string Kind => TimelineKinds.Member;

    public async Task<IReadOnlyList<TimelineItem>> Read(TimelineRequest request, CancellationToken cancel)
    {
        var rows = await books.Read(MembershipRow.Select + " where person_id = @person and state not in ('merged', 'holding') order by program", MembershipRow.Read, [("person", request.PersonId)], cancel);
        return request.Select(rows.SelectMany((row, i) => Lines(row, i, request.MayReveal)));
    }

    private static IEnumerable<TimelineItem> Lines(MembershipRow row, int index, bool reveal)
    {
        yield return new TimelineItem(row.JoinedAtMs, index * 2, row.JoinedChannel, "member.joined", new JsonObject
        {
            ["program"] = row.Program,
            ["card"] = reveal ? row.Card : Vault.Mask("member", row.Card),
        }, "");
        if (row.LeftAtMs is { } left) yield return new TimelineItem(left, index * 2 + 1, "", "member.left", new JsonObject { ["program"] = row.Program }, "");
    }
}

/// <summary>Tiers reached and lost.</summary>
internal sealed class TierLines(BooksStore books) : ITimelineSource
{
    public string Name => "tier_moves";
    public string Kind => TimelineKinds.Tier;

    public async Task<IReadOnlyList<TimelineItem>> Read(TimelineRequest request, CancellationToken cancel) => await books.Read("""
        select at_ms, tier_move_id, program, from_tier, to_tier, growth, reason, command_key from tier_moves
        where person_id = @person and (at_ms, tier_move_id) < (@at, @number) order by at_ms desc, tier_move_id desc limit @limit
        """, r => new TimelineItem(r.GetInt64(0), r.GetInt64(1), "", "tier.changed", new JsonObject
    {
        ["program"] = r.GetString(2),
        ["from"] = r.GetString(3),
        ["to"] = r.GetString(4),
        ["growth"] = r.GetInt64(5),
        ["event"] = r.GetString(7),
    }, r.GetString(6)),
        [("person", request.PersonId), ("at", request.AtMs), ("number", request.Number), ("limit", (long)request.Limit)], cancel);
}
