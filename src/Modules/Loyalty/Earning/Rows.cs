using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Danke.Engines.Earning;
using Danke.Engines.Ledger;
using Danke.Platform.Books;

namespace Danke.Loyalty.Earning;

/// <summary>A person's enrolment with its balances.</summary>
internal sealed class MembershipRow
{
    public const string Unclaimed = "unclaimed";

    /// <summary>The ledger of a further type of points: balances beside a membership, and none itself.</summary>
    public const string Holding = "holding";

    public required long PersonId { get; set; }
    public required string Program { get; init; }

    /// <summary>The identifier by which the person joined: the membership goes where that goes.</summary>
    public required long ViaKey { get; set; }
    public required string Card { get; set; }

    /// <summary>active, left, merged (kept for its card and for a split), unclaimed (holds what a split brought; active on joining).</summary>
    public string State { get; set; } = "active";
    public required string Tier { get; set; }
    public required long TierSinceMs { get; set; }
    public long Growth { get; set; }
    public long Pending { get; set; }
    public long Spendable { get; set; }
    public long Earned { get; set; }
    public long Spent { get; set; }
    public long Expired { get; set; }
    public long? NextExpiryMs { get; set; }
    public required long JoinedAtMs { get; set; }
    public required string JoinedChannel { get; set; }
    public long? LeftAtMs { get; set; }

    /// <summary>Of a merged one: who holds what it held, and the state it was in before.</summary>
    public long? MergedInto { get; set; }
    public string? StateBefore { get; set; }

    /// <summary>Up to when the tier was judged, and under which version; 0 for the plain rule, which knows no time.</summary>
    public long TierAsOfMs { get; set; }
    public long TierVersion { get; set; }

    /// <summary>When the tier may change by itself; null for never.</summary>
    public long? TierReviewAtMs { get; set; }

    /// <summary>A tier is granted that has not ended.</summary>
    public bool HasGrants { get; set; }

    public bool IsActive => State == "active";
    public bool IsMerged => State == "merged";

    /// <summary>Of a further type of points, in whatever state.</summary>
    public bool IsLedgerAlone => PointTypes.IsOfFurtherType(Program);

    /// <summary>Another membership of the same person ends in this one and is kept for its card.</summary>
    public void Unite(MembershipRow absorbed)
    {
        if (absorbed.State != Unclaimed) JoinedAtMs = State == Unclaimed ? absorbed.JoinedAtMs : Math.Min(JoinedAtMs, absorbed.JoinedAtMs);
        if (State == Unclaimed || !IsActive && absorbed.IsActive) (State, LeftAtMs) = (absorbed.State, absorbed.LeftAtMs);
        (absorbed.State, absorbed.StateBefore, absorbed.MergedInto) = ("merged", absorbed.State, PersonId);
        (HasGrants, absorbed.HasGrants, absorbed.TierReviewAtMs) = (HasGrants || absorbed.HasGrants, false, null);
    }

    /// <summary>A merged membership is one again, with its card and its day of joining.</summary>
    public void LiveAgain() => (State, StateBefore, MergedInto) = (StateBefore ?? (LeftAtMs is null ? "active" : "left"), null, null);

    /// <summary>The same membership as another person's, with nothing in it yet.</summary>
    public MembershipRow For(long person)
    {
        var row = new MembershipRow { PersonId = person, Program = Program, ViaKey = 0, Card = "", Tier = "", TierSinceMs = 0, JoinedAtMs = 0, JoinedChannel = "" };
        row.Become(this);
        return row;
    }

    /// <summary>Everything but whose it is and what is in it.</summary>
    public void Become(MembershipRow other)
    {
        (ViaKey, Card, State, Tier, TierSinceMs) = (other.ViaKey, other.Card, other.State, other.Tier, other.TierSinceMs);
        (JoinedAtMs, JoinedChannel, LeftAtMs, MergedInto, StateBefore) = (other.JoinedAtMs, other.JoinedChannel, other.LeftAtMs, other.MergedInto, other.StateBefore);
        (TierAsOfMs, TierVersion, TierReviewAtMs) = (other.TierAsOfMs, other.TierVersion, other.TierReviewAtMs);
    }

    public const string Select = """
        select person_id, program, card, state, tier, tier_since_ms, growth, points_pending, points_spendable, points_earned, points_spent,
               points_expired, next_expiry_ms, joined_at_ms, joined_channel, left_at_ms,
               via_key, merged_into, state_before, tier_as_of_ms, tier_version, tier_review_at_ms, tier_granted
        from memberships
        """;

    public static MembershipRow Read(DbDataReader r) => new()
    {
        PersonId = r.GetInt64(0),
        Program = r.GetString(1),
        Card = r.GetString(2),
        State = r.GetString(3),
        Tier = r.GetString(4),
        TierSinceMs = r.GetInt64(5),
        Growth = r.GetInt64(6),
        Pending = r.GetInt64(7),
        Spendable = r.GetInt64(8),
        Earned = r.GetInt64(9),
        Spent = r.GetInt64(10),
        Expired = r.GetInt64(11),
        NextExpiryMs = r.LongOrNull(12),
        JoinedAtMs = r.GetInt64(13),
        JoinedChannel = r.GetString(14),
        LeftAtMs = r.LongOrNull(15),
        ViaKey = r.GetInt64(16),
        MergedInto = r.LongOrNull(17),
        StateBefore = r.TextOrNull(18),
        TierAsOfMs = r.GetInt64(19),
        TierVersion = r.GetInt64(20),
        TierReviewAtMs = r.LongOrNull(21),
        HasGrants = r.GetInt64(22) != 0,
    };

    /// <summary>The balances alone: what nearly every change changes, and nothing that is indexed but the expiry.</summary>
    public static readonly Table<MembershipRow> Balances = new Table<MembershipRow>("memberships", "person_id", "program")
        .Long("person_id", r => r.PersonId).Text("program", r => r.Program).Long("growth", r => r.Growth).Long("points_pending", r => r.Pending)
        .Long("points_spendable", r => r.Spendable).Long("points_earned", r => r.Earned).Long("points_spent", r => r.Spent).Long("points_expired", r => r.Expired);

    public static readonly Table<MembershipRow> Table = new Table<MembershipRow>("memberships", "person_id", "program")
        .Long("person_id", r => r.PersonId).Text("program", r => r.Program).Text("card", r => r.Card).Text("state", r => r.State)
        .Text("tier", r => r.Tier).Long("tier_since_ms", r => r.TierSinceMs).Long("growth", r => r.Growth).Long("points_pending", r => r.Pending)
        .Long("points_spendable", r => r.Spendable).Long("points_earned", r => r.Earned).Long("points_spent", r => r.Spent)
        .Long("points_expired", r => r.Expired).LongOrNull("next_expiry_ms", r => r.NextExpiryMs).Long("joined_at_ms", r => r.JoinedAtMs)
        .Text("joined_channel", r => r.JoinedChannel).LongOrNull("left_at_ms", r => r.LeftAtMs)
        .Long("via_key", r => r.ViaKey).LongOrNull("merged_into", r => r.MergedInto).Text("state_before", r => r.StateBefore)
        .Long("tier_as_of_ms", r => r.TierAsOfMs).Long("tier_version", r => r.TierVersion).LongOrNull("tier_review_at_ms", r => r.TierReviewAtMs).Long("tier_granted", r => r.HasGrants ? 1 : 0);
}

/// <summary>A lot with where it belongs.</summary>
internal sealed record LotRow(long PersonId, string Program, Lot Lot)
{
    public const string Columns = "person_id, program, lot_id, order_id, state, amount, remaining, earned_at_ms, active_at_ms, expires_at_ms, via_key, chain_place, chain_head, activates_at_ms";
    public static readonly string Qualified = "l." + Columns.Replace(", ", ", l.", StringComparison.Ordinal);
    public const string Select = $"select {Columns} from lots";

    /// <summary>The last entry of the lot's chain.</summary>
    public ChainHead Head { get; set; }

    /// <summary>Over all that the row says but whose it is.</summary>
    public byte[]? Seal { get; set; }

    public static LotRow Read(DbDataReader r) => new(r.GetInt64(0), r.GetString(1), new Lot
    {
        LotId = r.GetInt64(2),
        OrderId = r.GetInt64(3),
        State = LedgerWords.ParseLotState(r.GetString(4)),
        Amount = r.GetInt64(5),
        Remaining = r.GetInt64(6),
        EarnedAtMs = r.GetInt64(7),
        ActiveAtMs = r.LongOrNull(8),
        ExpiresAtMs = r.LongOrNull(9),
        Via = r.GetInt64(10),
        ActivatesAtMs = r.LongOrNull(13),
    })
    { Head = new ChainHead(r.GetInt64(11), r.IsDBNull(12) ? null : (byte[])r.GetValue(12)) };

    public static readonly Table<LotRow> Table = new Table<LotRow>("lots", "lot_id")
        .Long("lot_id", r => r.Lot.LotId).Long("person_id", r => r.PersonId).Text("program", r => r.Program).Long("order_id", r => r.Lot.OrderId)
        .Text("state", r => LedgerWords.Of(r.Lot.State)).Long("amount", r => r.Lot.Amount).Long("remaining", r => r.Lot.Remaining)
        .Long("earned_at_ms", r => r.Lot.EarnedAtMs).LongOrNull("active_at_ms", r => r.Lot.ActiveAtMs).LongOrNull("expires_at_ms", r => r.Lot.ExpiresAtMs)
        .Long("via_key", r => r.Lot.Via).LongOrNull("activates_at_ms", r => r.Lot.ActivatesAtMs)
        .Long("chain_place", r => r.Head.Place).Bytes("chain_head", r => r.Head.Link).Bytes("seal", r => r.Seal);
}

/// <param name="Day">The local day on which it counts, in days since 1970.</param>
internal sealed record EntryRow(long EntryId, long PersonId, string Program, Entry Entry, long RecordedAtMs, string CommandKey, long Day)
{
    /// <summary>Its place in its chain and the keyed hash over it and what came before.</summary>
    public ChainHead Head { get; set; }

    public static readonly Table<EntryRow> Table = new Table<EntryRow>("points_entries", "entry_id")
        .Long("entry_id", r => r.EntryId).Long("person_id", r => r.PersonId).Text("program", r => r.Program).Long("via_key", r => r.Entry.Via)
        .Long("lot_id", r => r.Entry.LotId).Long("order_id", r => r.Entry.OrderId).Text("kind", r => LedgerWords.Of(r.Entry.Kind))
        .Long("pending", r => r.Entry.Pending).Long("spendable", r => r.Entry.Spendable).Long("growth", r => r.Entry.Growth)
        .Long("at_ms", r => r.Entry.AtMs).Long("recorded_at_ms", r => r.RecordedAtMs).Text("rule", r => r.Entry.Note).Text("command_key", r => r.CommandKey)
        .Text("contra", r => LedgerWords.Of(r.Entry.Contra)).Long("between_points", r => r.Entry.Between).Long("reverses", r => r.Entry.Reverses).Long("day", r => r.Day)
        .Long("place", r => r.Head.Place).Bytes("link", r => r.Head.Link);
}

/// <summary>What one identifier's entries on one lot come to.</summary>
internal sealed record EntrySumRow(long PersonId, string Program, long Via, long LotId, EntrySum Sum)
{
    /// <summary>What <see cref="Entry.Earned"/>, <see cref="Entry.Spent"/> and <see cref="Entry.Expired"/> come to.</summary>
    public const string Earned = """
        sum(case when kind in ('activate', 'claw_back', 'split_shortfall', 'transfer_in', 'exchange_in') or (kind = 'adjust' and spendable > 0) or (kind = 'reverse' and spendable < 0)
          then spendable else 0 end)
        """;
    public const string Spent = """
        -sum(case when kind in ('spend', 'reserve', 'release', 'restore', 'reissue', 'transfer_out', 'exchange_out') or (kind = 'adjust' and spendable < 0) or (kind = 'reverse' and spendable > 0)
          then spendable else 0 end)
        """;
    public const string Expired = "-sum(case when kind = 'expire' then spendable else 0 end)";

    public const string Select = $"""
        select person_id, program, via_key, lot_id, sum(pending), sum(spendable), sum(growth), {Earned}, {Spent}, {Expired}
        from points_entries
        """;

    public const string GroupBy = " group by person_id, program, via_key, lot_id";

    public static EntrySumRow Read(DbDataReader r) =>
        new(r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), new EntrySum(Whole(r, 4), Whole(r, 5), Whole(r, 6), Whole(r, 7), Whole(r, 8), Whole(r, 9)));

    // PostgreSQL adds bigints up to a numeric.
    private static long Whole(DbDataReader r, int column) => Convert.ToInt64(r.GetValue(column), CultureInfo.InvariantCulture);
}

internal sealed record AwardRow(string Program, OrderAward Award)
{
    public const string Select = """
        select program, order_id, lot_id, base_minor, earned, growth, state, tier, program_version, buyer from order_awards
        """;

    public static AwardRow Read(DbDataReader r) => new(r.GetString(0),
        new OrderAward(r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetString(6) == "active", r.GetString(7), r.GetInt64(8),
            r.TextOrNull(9) is { } buyer ? JsonSerializer.Deserialize<Buyer>(buyer, BuyerJson) : null));

    private static readonly JsonSerializerOptions BuyerJson = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static readonly Table<AwardRow> Table = new Table<AwardRow>("order_awards", "order_id", "program")
        .Long("order_id", r => r.Award.OrderId).Text("program", r => r.Program).Long("lot_id", r => r.Award.LotId)
        .Long("base_minor", r => r.Award.BaseMinor).Long("earned", r => r.Award.Earned).Long("growth", r => r.Award.Growth)
        .Text("state", r => r.Award.IsActive ? "active" : "pending").Text("tier", r => r.Award.Tier).Long("program_version", r => r.Award.ProgramVersion)
        .Text("buyer", r => r.Award.Buyer is { } buyer ? JsonSerializer.Serialize(buyer, BuyerJson) : null);
}

/// <summary>What a split left one side owing where the program allows no debt. The ledger has it already; somebody approves or rejects it.</summary>
internal sealed record ShortfallRow(
    long Id, string Program, long DebtorPerson, long DebtorVia, long PersonId, long ViaKey, long BorneByOther, long BorneByProgram, string State, long AtMs, string CommandKey)
{
    public const string Awaiting = "awaiting", Approved = "approved", Rejected = "rejected";

    public const string Select = """
        select shortfall_id, program, debtor_person, debtor_via, person_id, via_key, borne_by_other, borne_by_program, state, at_ms, command_key from split_shortfalls
        """;

    public static ShortfallRow Read(DbDataReader r) => new(r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetInt64(7),
        r.GetString(8), r.GetInt64(9), r.GetString(10));

    public static readonly Table<ShortfallRow> Table = new Table<ShortfallRow>("split_shortfalls", "shortfall_id")
        .Long("shortfall_id", r => r.Id).Text("program", r => r.Program).Long("debtor_person", r => r.DebtorPerson).Long("debtor_via", r => r.DebtorVia)
        .Long("person_id", r => r.PersonId).Long("via_key", r => r.ViaKey).Long("borne_by_other", r => r.BorneByOther).Long("borne_by_program", r => r.BorneByProgram)
        .Text("state", r => r.State).Long("at_ms", r => r.AtMs).Text("command_key", r => r.CommandKey);
}

/// <summary>A decision on a shortfall.</summary>
internal sealed record ShortfallDecision(long Id, string State, long DecidedAtMs, string DecidedBy)
{
    public static readonly Table<ShortfallDecision> Table = new Table<ShortfallDecision>("split_shortfalls", "shortfall_id")
        .Long("shortfall_id", r => r.Id).Text("state", r => r.State).Long("decided_at_ms", r => r.DecidedAtMs).Text("decided_by", r => r.DecidedBy);
}

/// <summary>The ledger's words as they lie in the Books and in Insight.</summary>
internal static class LedgerWords
{
    public static string Of(LotState state) => state switch
    {
        LotState.Pending => "pending",
        LotState.Active => "active",
        LotState.Spent => "spent",
        LotState.Expired => "expired",
        LotState.Cancelled => "cancelled",
        LotState.Debt => "debt",
        LotState.Paid => "paid",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static LotState ParseLotState(string word) => word switch
    {
        "pending" => LotState.Pending,
        "active" => LotState.Active,
        "spent" => LotState.Spent,
        "expired" => LotState.Expired,
        "cancelled" => LotState.Cancelled,
        "debt" => LotState.Debt,
        "paid" => LotState.Paid,
        _ => throw new InvalidDataException($"'{word}' is no lot state."),
    };

    public static string Of(EntryKind kind) => kind switch
    {
        EntryKind.EarnPending => "earn_pending",
        EntryKind.Activate => "activate",
        EntryKind.Cancel => "cancel",
        EntryKind.ClawBack => "claw_back",
        EntryKind.Spend => "spend",
        EntryKind.Adjust => "adjust",
        EntryKind.Expire => "expire",
        EntryKind.WriteOff => "write_off",
        EntryKind.Redraw => "redraw",
        EntryKind.SplitShortfall => "split_shortfall",
        EntryKind.Reserve => "reserve",
        EntryKind.Release => "release",
        EntryKind.Restore => "restore",
        EntryKind.Reissue => "reissue",
        EntryKind.Confirm => "confirm",
        EntryKind.TransferOut => "transfer_out",
        EntryKind.TransferIn => "transfer_in",
        EntryKind.ExchangeIn => "exchange_in",
        EntryKind.ExchangeOut => "exchange_out",
        EntryKind.Reverse => "reverse",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static EntryKind ParseEntryKind(string word) => Kinds[word];

    private static readonly Dictionary<string, EntryKind> Kinds = Enum.GetValues<EntryKind>().ToDictionary(Of);

    public static LedgerAccount ParseAccount(string word) => Accounts[word];

    private static readonly Dictionary<string, LedgerAccount> Accounts = Enum.GetValues<LedgerAccount>().ToDictionary(Of);

    public static string Of(LedgerAccount account) => account switch
    {
        LedgerAccount.MembersPending => "members_pending",
        LedgerAccount.MembersSpendable => "members_spendable",
        LedgerAccount.MembersDebt => "members_debt",
        LedgerAccount.Issued => "issued",
        LedgerAccount.Reserved => "reserved",
        LedgerAccount.Spent => "spent",
        LedgerAccount.Expired => "expired",
        LedgerAccount.Adjusted => "adjusted",
        LedgerAccount.Borne => "borne",
        LedgerAccount.Cleared => "cleared",
        LedgerAccount.Transferred => "transferred",
        LedgerAccount.Exchanged => "exchanged",
        _ => throw new ArgumentOutOfRangeException(nameof(account)),
    };

    public static string Of(RedemptionState state) => state switch
    {
        RedemptionState.Reserved => "reserved",
        RedemptionState.Spent => "spent",
        RedemptionState.Released => "released",
        RedemptionState.Lapsed => "lapsed",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static RedemptionState ParseRedemptionState(string word) => word switch
    {
        "reserved" => RedemptionState.Reserved,
        "spent" => RedemptionState.Spent,
        "released" => RedemptionState.Released,
        "lapsed" => RedemptionState.Lapsed,
        _ => throw new InvalidDataException($"'{word}' is no state of a redemption."),
    };
}
