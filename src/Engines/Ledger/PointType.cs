using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Danke.Engines.Earning;

namespace Danke.Engines.Ledger;

/// <summary>
/// Points of another kind in the same program: coins beside points. Members, tiers and orders are the program's; what earns them, how long they last and
/// what may be done with them is their own. Each kind is a ledger of its own, called <c>program:type</c> wherever the ledger names a program.
/// </summary>
public sealed record PointType
{
    public required string Name { get; init; }
    public required string Title { get; init; }

    /// <summary>So many of the digits are shown behind the point: 2 shows 150 as 1.50. The ledger counts the smallest part.</summary>
    public int Scale { get; init; }

    /// <summary>What earns them; null: they are only given, brought or converted.</summary>
    public TypeEarning? Earn { get; init; }
    public Validity Validity { get; init; } = new(null);
    public PendingRule? Pending { get; init; }
    public RefundPolicy RefundPolicy { get; init; } = RefundPolicy.WithinBalance;
    public ReturnRule Returns { get; init; } = new();
    public int ReservationMinutes { get; init; } = 30;
    public LedgerRule Ledger { get; init; } = new();
    public ReminderRule? ExpiryReminders { get; init; }
}

/// <summary>As <see cref="EarnRule"/>; without a rate, the rules are all that earns.</summary>
public sealed record TypeEarning(Rate? Rate = null, bool WithShipping = false, EarnBase Base = EarnBase.AfterDiscount, RefundRounding Rounding = RefundRounding.Cumulative)
{
    public ImmutableArray<PointsRule> Rules { get; init; } = [];
    public Stacking Stacking { get; init; } = Stacking.Sum;
    public Multipliers Multipliers { get; init; } = Multipliers.Add;
    public Caps? Caps { get; init; }

    public EarnRule Rule => new(Rate ?? PointTypes.Nothing, WithShipping, Base, Rounding) { Rules = Rules, Stacking = Stacking, Multipliers = Multipliers, Caps = Caps };
}

/// <summary>Points of one type may become points of another: so many for so many; what does not come out even is refused.</summary>
/// <param name="Points">So many of the one …</param>
/// <param name="Gives">… become so many of the other.</param>
/// <param name="Expiry">keep: they end no later than the first of what was given up would have; reset: as the other type's validity says, so that a circle of conversions refreshes points for ever.</param>
public sealed record Conversion(string From, string To, long Points, long Gives, TransferExpiry Expiry = TransferExpiry.Keep)
{
    /// <summary>What so many of the one are of the other; null when it does not come out even, or is nothing.</summary>
    public long? Of(long points) => points > 0 && points % Points == 0 && (Int128)points / Points * Gives is var given && given <= Earnings.MostPoints ? (long)given : null;
}

/// <summary>The ledgers of a program: the program's own for its first type of points, and one for each further type.</summary>
public static class PointTypes
{
    /// <summary>What the first type is called where types are named.</summary>
    public const string First = "points";

    /// <summary>More than members could tell apart.</summary>
    public const int Most = 10;

    private const char Between = ':';

    internal static readonly Rate Nothing = new(0, 1);

    /// <summary>The ledger of a type; the program's own for the first, however that is said.</summary>
    public static string LedgerOf(string program, string? type) => IsFirst(type) ? program : $"{program}{Between}{type}";

    /// <summary>What the names of all ledgers of a program's further types begin with.</summary>
    public static string FurtherOf(string program) => program + Between;

    /// <summary>Points as members read them: 150 of a type with two decimals is 1.50.</summary>
    public static string Shown(long points, int scale) => (points / (decimal)Math.Pow(10, scale)).ToString("F" + scale.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public static bool IsFirst(string? type) => type is null or "" or First;

    /// <summary>The program that a ledger belongs to.</summary>
    public static string ProgramOf(string ledger) => ledger.IndexOf(Between) is var at and >= 0 ? ledger[..at] : ledger;

    /// <summary>The type that a ledger is of.</summary>
    public static string TypeOf(string ledger) => ledger.IndexOf(Between) is var at and >= 0 ? ledger[(at + 1)..] : First;

    /// <summary>What the types of a program's document are called, the first one first; of a document that is not valid, those that can be read.</summary>
    public static IEnumerable<string> NamesIn(JsonNode program) =>
        ((program as JsonObject)?["point_types"] as JsonArray ?? []).Select(t => (t as JsonObject)?["name"] is JsonValue name && name.TryGetValue<string>(out var text) ? text : null).OfType<string>().Prepend(First);

    public static bool IsOfFurtherType(string ledger) => ledger.Contains(Between);

    /// <summary>The ledger of a further type as a program of its own: with the same members and days, and tiers for what they multiply, and nothing that moves one.</summary>
    public static LoyaltyProgram LedgerFor(this LoyaltyProgram program, PointType type) => program with
    {
        Name = LedgerOf(program.Name, type.Name),
        PointsTitle = type.Title,
        Scale = type.Scale,
        Earn = type.Earn?.Rule ?? new EarnRule(Nothing),
        Validity = type.Validity,
        Pending = type.Pending,
        RefundPolicy = type.RefundPolicy,
        Returns = type.Returns,
        ReservationMinutes = type.ReservationMinutes,
        Ledger = type.Ledger,
        ExpiryReminders = type.ExpiryReminders,
        Pooling = null,
        Growth = Nothing,
        Benefits = [],
        Qualification = null,
        PointTypes = [],
        Conversions = [],
    };

    /// <summary>The ledgers of the further types.</summary>
    public static ImmutableArray<LoyaltyProgram> FurtherLedgers(this LoyaltyProgram program) => [.. program.PointTypes.Select(program.LedgerFor)];

    /// <summary>The ledger of that name; null when the program has none of it.</summary>
    public static LoyaltyProgram? FindLedger(this LoyaltyProgram program, string ledger) =>
        program.Name == ledger ? program : program.PointTypes.FirstOrDefault(t => LedgerOf(program.Name, t.Name) == ledger) is { } type ? program.LedgerFor(type) : null;

    internal static IEnumerable<DefinitionProblem> Problems(LoyaltyProgram p)
    {
        if (p.PointsTitle is { Length: 0 or > 40 }) yield return new("$.points_title", "1 to 40 characters.");
        if (p.Scale is < 0 or > 6) yield return new("$.scale", "0 to 6.");
        if (p.PointTypes.Length > Most) yield return new("$.point_types", $"At most {Most}.");
        for (var i = 0; i < p.PointTypes.Length; i++)
        {
            var (type, path) = (p.PointTypes[i], $"$.point_types[{i}]");
            if (type.Name.Length is 0 or > 32 || type.Name.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_'))) yield return new(path + ".name", "1 to 32 of a-z, 0-9, - and _.");
            if (type.Name == First) yield return new(path + ".name", $"'{First}' is what the program's first type is called.");
            if (p.PointTypes.Take(i).Any(t => t.Name == type.Name)) yield return new(path + ".name", $"Two types are called '{type.Name}'.");
            if (type.Title.Length is 0 or > 40) yield return new(path + ".title", "1 to 40 characters: members read it.");
            if (type.Scale is < 0 or > 6) yield return new(path + ".scale", "0 to 6.");
            foreach (var problem in ProgramDocument.LedgerProblems(p.LedgerFor(type))) yield return problem with { Path = path + problem.Path[1..] };
        }
        for (var i = 0; i < p.Conversions.Length; i++)
        {
            var (conversion, path) = (p.Conversions[i], $"$.conversions[{i}]");
            foreach (var (type, end) in new[] { (conversion.From, "from"), (conversion.To, "to") })
                if (type != First && p.PointTypes.All(t => t.Name != type)) yield return new($"{path}.{end}", $"The program has no type '{type}'.");
            if (conversion.From == conversion.To) yield return new(path + ".to", "Another type than from.");
            if (conversion.Points is < 1 or > Earnings.MostPoints || conversion.Gives is < 1 or > Earnings.MostPoints) yield return new(path, "At least 1 point for at least 1 of the other.");
            if (p.Conversions.Take(i).Any(c => c.From == conversion.From && c.To == conversion.To)) yield return new(path, "The same two types stand above already.");
        }
    }
}
