namespace Danke.Engines.Identity;

/// <summary>One identifier and whose it shall be.</summary>
/// <param name="PersonId">0: nobody's; below 0: a person who does not exist yet, the same for equal numbers.</param>
public readonly record struct Assignment(IdentifierState Identifier, long PersonId);

/// <summary>A number that stays with another identifier from now on, or with one for the first time.</summary>
/// <param name="Number">0: none any more; below 0: a person who does not exist yet.</param>
public readonly record struct Anchor(IdentifierState Identifier, long Number);

/// <summary>
/// Person numbers over changing clusters. Every number stays with one identifier, its anchor: where the anchor is, there the number
/// leads. Of several anchors in a cluster a known person's number, and of these the smallest, is the person's; the others are former
/// numbers of it, and when their anchors leave, they live again. When an event comes in by a better
/// kind of identifier than the anchor is, the number is handed on to it, so that a phone or a device can leave without it.
/// A cluster without a number gets a new one if anything came in by it.
/// </summary>
public static class PersonNumbers
{
    /// <param name="members">A whole cluster; not empty.</param>
    /// <param name="via">What the event came in by, of this cluster or another; null for a decision and a rebuild.</param>
    /// <param name="unborn">The last placeholder given to a person who does not exist yet: 0, -1, -2, …</param>
    public static void Assign(IReadOnlyList<IdentifierState> members, IdentifierState? via, List<Assignment> assignments, List<Anchor> anchors, ref long unborn)
    {
        IdentifierState? holder = null;
        IdentifierState? strongest = null;
        var isHere = false;
        foreach (var member in members)
        {
            if (member.AnchorOf != 0 && (holder is null || IsBetter(member, holder))) holder = member;
            if (member.Carries && (strongest is null || IdentifierState.Strongest(member, strongest) < 0)) strongest = member;
            isHere |= member == via;
        }
        var number = holder?.AnchorOf ?? (strongest is null ? 0 : --unborn);
        if (holder is null && strongest is not null) anchors.Add(new Anchor(strongest, number));
        else if (holder is not null && isHere && via!.AnchorOf == 0 && via.Rule.AnchorRank < holder.Rule.AnchorRank)
            anchors.AddRange([new Anchor(holder, 0), new Anchor(via, number)]);
        foreach (var member in members)
            if (member.PersonId != number) assignments.Add(new Assignment(member, number));
    }

    private static bool IsBetter(IdentifierState a, IdentifierState b) =>
        a.Rule.IsPerson != b.Rule.IsPerson ? a.Rule.IsPerson : a.AnchorOf < b.AnchorOf;
}
