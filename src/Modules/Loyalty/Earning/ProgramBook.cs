using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Danke.Engines.Earning;
using Danke.Engines.Ledger;
using Danke.Platform.Books;

namespace Danke.Loyalty.Earning;

/// <summary>
/// The programs in force and the earlier versions that open orders were awarded under. Read again when a version changes. The ledger of a further type
/// of points (<see cref="PointTypes"/>) is found by its own name, and comes with its program's version.
/// </summary>
internal sealed class ProgramBook
{
    public const string DefaultName = "default";

    private readonly Dictionary<(string Name, long Version), LoyaltyProgram> versions = [];
    private readonly Dictionary<(string Name, long Version), ImmutableArray<LoyaltyProgram>> furtherOf = [];
    private readonly Dictionary<string, List<long>> chains = [];
    private readonly HashSet<(string Program, string Rule)> budgets = [];
    private Dictionary<string, long> live = [];

    private Question<(string Name, long Version)>? asked;

    public void Ask(Questions first) =>
        asked = first.Rows("select name, version from definitions where kind = 'program' and state = 'live'", r => (Name: r.GetString(0), Version: r.GetInt64(1)));

    /// <summary>Takes over what was asked.</summary>
    public async ValueTask Refresh(BooksTransaction books)
    {
        live = asked!.Rows.ToDictionary(p => p.Name, p => p.Version);
        foreach (var (name, version) in live) await Require(books, name, version);
        foreach (var (name, version) in live)
            if (versions.GetValueOrDefault((name, version)) is { EffectiveFrom: not null }) await RequireEarlier(books, name, version);
    }

    // Versions that decided before the live one does, newest first, to the first that decides from ever.
    private async ValueTask RequireEarlier(BooksTransaction books, string name, long version)
    {
        if (chains.TryGetValue(name, out var known) && known[0] == version) return;
        var chain = new List<long> { version };
        foreach (var earlier in await books.Read("select version from definitions where kind = 'program' and name = @name and state = 'retired' order by version desc", r => r.GetInt64(0), ("name", name)))
        {
            await Require(books, name, earlier);
            chain.Add(earlier);
            if (versions[(name, earlier)].EffectiveFrom is null) break;
        }
        chains[name] = chain;
    }

    /// <summary>The version that decides what happened at the instant; null before the first.</summary>
    public LoyaltyProgram? InForce(string name, long atMs)
    {
        if (Live(name) is not { } now || now.EffectiveFrom is null) return Live(name);
        foreach (var version in chains[now.Name])
            if (versions[(now.Name, version)] is var program && program.DecidesAt(atMs)) return program;
        return null;
    }

    /// <summary>The ledgers of the program's further types, as this version of it has them.</summary>
    public ImmutableArray<LoyaltyProgram> FurtherOf(LoyaltyProgram program) => furtherOf.GetValueOrDefault((program.Name, program.Version), []);

    /// <summary>The most types beside the first that any version that was asked for has.</summary>
    public int MostFurther { get; private set; }

    /// <summary>Whether any version that was asked for has more than a rate. What it needs is loaded for all commands of a batch.</summary>
    public bool HasRules { get; private set; }
    public bool CapsPersons { get; private set; }
    public IReadOnlyCollection<(string Program, string Rule)> Budgets => budgets;
    public bool AsksOrderCount { get; private set; }
    public bool AsksBirthMonth { get; private set; }
    public int MostRules { get; private set; }

    public static bool AsksOrderCountOf(LoyaltyProgram program) => EarningDocument.Asks(program.Earn, "nth_order", "is_first_order");
    public static bool AsksBirthMonthOf(LoyaltyProgram program) => EarningDocument.Asks(program.Earn, "birth_month", "is_birth_month");

    private void Know(LoyaltyProgram program)
    {
        if (program.Earn.IsRateAlone) return;
        HasRules = true;
        CapsPersons |= program.Earn.Caps?.AsksPerson == true || program.Earn.Rules.Any(r => r.Caps?.AsksPerson == true);
        AsksOrderCount |= AsksOrderCountOf(program);
        AsksBirthMonth |= AsksBirthMonthOf(program);
        MostRules = Math.Max(MostRules, program.Earn.Rules.Length);
        if (program.Earn.Caps?.Budget is not null) budgets.Add((program.Name, ""));
        foreach (var rule in program.Earn.Rules)
            if (rule.Caps?.Budget is not null) budgets.Add((program.Name, rule.Name));
    }

    /// <summary>Makes a version available to <see cref="Version"/>.</summary>
    public async ValueTask Require(BooksTransaction books, string ledger, long version)
    {
        var name = PointTypes.ProgramOf(ledger);
        if (versions.ContainsKey((name, version))) return;
        foreach (var body in await books.Read("select body from definitions where kind = 'program' and name = @name and version = @version",
                     r => r.GetString(0), ("name", name), ("version", version)))
        {
            var program = ProgramDocument.Read(JsonNode.Parse(body)!, version);
            versions[(name, version)] = program;
            Know(program);
            var further = furtherOf[(name, version)] = program.FurtherLedgers();
            MostFurther = Math.Max(MostFurther, further.Length);
            foreach (var type in further)
            {
                versions[(type.Name, version)] = type;
                Know(type);
            }
        }
    }

    /// <summary>The program in force, or the ledger of one of its types; null when there is none of the name.</summary>
    public LoyaltyProgram? Live(string name)
    {
        var ledger = name.Length == 0 ? DefaultName : name;
        return live.TryGetValue(PointTypes.ProgramOf(ledger), out var version) ? versions.GetValueOrDefault((ledger, version)) : null;
    }

    public IEnumerable<LoyaltyProgram> AllLive => live.Select(p => versions[(p.Key, p.Value)]);

    public LoyaltyProgram? Version(string name, long version) => versions.GetValueOrDefault((name, version));
}
