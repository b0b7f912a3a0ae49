using System.Data.Common;
using Danke.Engines.Benefits;
using Danke.Platform.Books;

namespace Danke.Loyalty.Benefits;

/// <summary>A benefit given or used, once.</summary>
internal sealed record BenefitUseRow
{
    public const string Given = "given", Used = "used", Reversed = "reversed";

    public required long Id { get; init; }
    public required long PersonId { get; init; }
    public required long ViaKey { get; init; }
    public required string Program { get; init; }
    public required string Benefit { get; init; }
    public required string Kind { get; init; }

    /// <summary>Of a gift: the tier entered, or the year; empty for a use.</summary>
    public required string Occasion { get; init; }
    public required string Tier { get; init; }
    public required long Times { get; init; }
    public long Points { get; init; }
    public long LotId { get; init; }

    /// <summary>Of the points, when the gift was reversed.</summary>
    public long TakenBack { get; init; }
    public string? Voucher { get; init; }
    public string? OrderKey { get; init; }
    public string? Reason { get; init; }
    public required long AtMs { get; init; }
    public required string State { get; init; }
    public long? ReversedAtMs { get; init; }
    public string? ReversedBy { get; init; }
    public required long ProgramVersion { get; init; }
    public required string CommandKey { get; init; }

    /// <summary>It was given, and if that was undone, not all of it came back: it is not given again.</summary>
    public bool StillCounts => State == Given || State == Reversed && TakenBack < Points;

    public const string Select = """
        select benefit_use_id, person_id, via_key, program, benefit, kind, occasion, tier, times, points, lot_id, taken_back, voucher, order_key, reason, at_ms, state,
               reversed_at_ms, reversed_by, program_version, command_key from benefit_uses
        """;

    public static BenefitUseRow Read(DbDataReader r) => new()
    {
        Id = r.GetInt64(0),
        PersonId = r.GetInt64(1),
        ViaKey = r.GetInt64(2),
        Program = r.GetString(3),
        Benefit = r.GetString(4),
        Kind = r.GetString(5),
        Occasion = r.GetString(6),
        Tier = r.GetString(7),
        Times = r.GetInt64(8),
        Points = r.GetInt64(9),
        LotId = r.GetInt64(10),
        TakenBack = r.GetInt64(11),
        Voucher = r.TextOrNull(12),
        OrderKey = r.TextOrNull(13),
        Reason = r.TextOrNull(14),
        AtMs = r.GetInt64(15),
        State = r.GetString(16),
        ReversedAtMs = r.LongOrNull(17),
        ReversedBy = r.TextOrNull(18),
        ProgramVersion = r.GetInt64(19),
        CommandKey = r.GetString(20),
    };

    public static readonly Table<BenefitUseRow> Table = new Table<BenefitUseRow>("benefit_uses", "benefit_use_id")
        .Long("benefit_use_id", r => r.Id).Long("person_id", r => r.PersonId).Long("via_key", r => r.ViaKey).Text("program", r => r.Program).Text("benefit", r => r.Benefit)
        .Text("kind", r => r.Kind).Text("occasion", r => r.Occasion).Text("tier", r => r.Tier).Long("times", r => r.Times).Long("points", r => r.Points).Long("lot_id", r => r.LotId)
        .Long("taken_back", r => r.TakenBack).Text("voucher", r => r.Voucher).Text("order_key", r => r.OrderKey).Text("reason", r => r.Reason).Long("at_ms", r => r.AtMs)
        .Text("state", r => r.State).LongOrNull("reversed_at_ms", r => r.ReversedAtMs).Text("reversed_by", r => r.ReversedBy).Long("program_version", r => r.ProgramVersion).Text("command_key", r => r.CommandKey);

    public static string Word(BenefitKind kind) => kind switch
    {
        BenefitKind.EntryGift => "entry_gift",
        BenefitKind.Birthday => "birthday",
        BenefitKind.Anniversary => "anniversary",
        BenefitKind.FreeShipping => "free_shipping",
        BenefitKind.Product => "product",
        BenefitKind.Service => "service",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static string Word(QuotaPeriod per) => per switch
    {
        QuotaPeriod.Day => "day",
        QuotaPeriod.Month => "month",
        QuotaPeriod.Year => "year",
        QuotaPeriod.TierPeriod => "tier_period",
        QuotaPeriod.Ever => "ever",
        _ => throw new ArgumentOutOfRangeException(nameof(per)),
    };
}
