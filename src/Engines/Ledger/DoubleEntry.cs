namespace Danke.Engines.Ledger;

/// <summary>Where points are, or where they went: the accounts of a program. Together they always come to nothing.</summary>
public enum LedgerAccount
{
    /// <summary>Members' points that may not be spent yet.</summary>
    MembersPending,

    /// <summary>Members' points in lots.</summary>
    MembersSpendable,

    /// <summary>What members owe; negative.</summary>
    MembersDebt,

    /// <summary>Given for orders, less what refunds took back; negative: it is the brand that gave.</summary>
    Issued,

    /// <summary>Taken for somebody who has yet to confirm.</summary>
    Reserved,
    Spent,
    Expired,

    /// <summary>Given (negative) or taken by hand.</summary>
    Adjusted,

    /// <summary>Borne by the program: what could not be taken back, and what a split left owing.</summary>
    Borne,

    /// <summary>From one lot to another, or to a debt: nothing at the end of every movement.</summary>
    Cleared,

    /// <summary>From one member to another: nothing at the end of every movement.</summary>
    Transferred,

    /// <summary>Brought from a partner (negative) or taken there.</summary>
    Exchanged,
}

/// <summary>What one entry puts into an account of the program.</summary>
public readonly record struct Leg(LedgerAccount Account, long Points);

/// <summary>
/// Every entry says what a member has more or less, and which account of the program has it less or more. Two kinds move nothing of a
/// member's and only what the program has: a confirmation (reserved points are spent) and a write-off.
/// </summary>
public static class DoubleEntry
{
    /// <summary>The account that a kind of entry is against. A reversal is against the account of what it reverses.</summary>
    public static LedgerAccount ContraOf(EntryKind kind) => kind switch
    {
        EntryKind.Spend or EntryKind.Restore or EntryKind.Reissue => LedgerAccount.Spent,
        EntryKind.Reserve or EntryKind.Release or EntryKind.Confirm => LedgerAccount.Reserved,
        EntryKind.Expire => LedgerAccount.Expired,
        EntryKind.Adjust or EntryKind.Reverse => LedgerAccount.Adjusted,
        EntryKind.SplitShortfall => LedgerAccount.Borne,
        EntryKind.Redraw => LedgerAccount.Cleared,
        EntryKind.TransferOut or EntryKind.TransferIn => LedgerAccount.Transferred,
        EntryKind.ExchangeIn or EntryKind.ExchangeOut => LedgerAccount.Exchanged,
        _ => LedgerAccount.Issued,
    };

    /// <summary>All that an entry moves; the sum is nothing.</summary>
    public static IEnumerable<Leg> Legs(this Entry e)
    {
        if (e.Pending != 0) yield return new Leg(LedgerAccount.MembersPending, e.Pending);
        if (e.Spendable != 0) yield return new Leg(e.IsOnDebt ? LedgerAccount.MembersDebt : LedgerAccount.MembersSpendable, e.Spendable);
        if (e.Pending + e.Spendable != 0) yield return new Leg(e.Contra, -e.Pending - e.Spendable);
        if (e.Between == 0) yield break;
        var (from, to) = e.Kind == EntryKind.Confirm ? (LedgerAccount.Reserved, LedgerAccount.Spent) : (LedgerAccount.Borne, LedgerAccount.Issued);
        yield return new Leg(from, -e.Between);
        yield return new Leg(to, e.Between);
    }
}
