using System.Globalization;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Platform.Books;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Danke.Platform.Scenarios;

/// <summary>
/// Where one scenario plays: Books of its own, the Door with every module's stage, a clock that stands still, and what the scenario calls
/// things. Words read and ask here; nothing of it outlives the scenario.
/// </summary>
public sealed class ScenarioStage(IServiceProvider services, ScenarioNames names)
{
    private readonly Dictionary<string, List<string>> commandsOf = [];

    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    public BooksStore Books => Get<BooksStore>();

    public long NowMs => Get<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds();

    public ScenarioNames Names => names;

    /// <summary>The person whom any of the identifiers belongs to; 0 for nobody. When they belong to several, the first one's.</summary>
    public async Task<long> Person(JsonNode who)
    {
        foreach (var identifier in names.Who(who))
            if (await Get<IPersonLookup>().Find(identifier, CancellationToken.None) is { } person) return person;
        return 0;
    }

    /// <summary>For expectations by person, <c>{ Ann: …, "phone:138…": … }</c>: what is so of each; null for who is not known.</summary>
    /// <param name="of">Of a person, given what is expected of them.</param>
    public async Task<JsonNode?> OfEach(JsonNode expected, Func<long, JsonNode?, Task<JsonNode?>> of)
    {
        var actual = new JsonObject();
        foreach (var (who, what) in expected.AsObject()) actual[who] = await Person(who) is var person and not 0 ? await of(person, what) : null;
        return actual;
    }

    /// <summary>Remembers what a step is called, so that expectations can speak of what it made.</summary>
    public void Remember(string name, Command command)
    {
        if (!commandsOf.TryGetValue(name, out var keys)) commandsOf[name] = keys = [];
        keys.Add(command.Key);
    }

    /// <summary>The keys of the commands of steps called so (<c>as: A</c>) or that report the order of this number.</summary>
    public string[] CommandsOf(string name) => [.. commandsOf.GetValueOrDefault(name, [])];
}

/// <summary>What a scenario's texts mean: its people, its local times, its amounts.</summary>
/// <param name="People">Who <c>Ann</c> is, by name.</param>
/// <param name="Zone">In which local times are meant.</param>
public sealed record ScenarioNames(IReadOnlyDictionary<string, JsonNode> People, DateTimeZone Zone)
{
    private const string VerifiedMark = " verified";

    /// <summary>Names may stand for lists of names; deeper than this one names itself.</summary>
    private const int MostDepth = 8;

    /// <summary>Identifiers as <c>Ann</c>, <c>phone:13800000001</c>, <c>tmall_ouid@shop:y1</c>, each perhaps followed by <c> verified</c>, or a list of such.</summary>
    /// <exception cref="ScenarioException">It is none of these.</exception>
    public IReadOnlyList<Identifier> Who(JsonNode who) => Who(who, MostDepth);

    private IReadOnlyList<Identifier> Who(JsonNode who, int depth) => who switch
    {
        _ when depth == 0 => throw new ScenarioException(who, $"'{who}' names itself."),
        JsonArray list => [.. list.SelectMany(item => Who(item ?? throw new ScenarioException(list, "An identifier is empty."), depth - 1))],
        JsonValue value when value.TryGetValue<string>(out var text) => People.TryGetValue(text, out var known) ? Who(known, depth - 1) : [Identifier(value, text)],
        _ => throw new ScenarioException(who, "Give a name of people, or an identifier as namespace:value or namespace@scope:value."),
    };

    private static Identifier Identifier(JsonNode at, string text)
    {
        var verified = text.EndsWith(VerifiedMark, StringComparison.Ordinal);
        var rest = verified ? text[..^VerifiedMark.Length] : text;
        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == rest.Length - 1)
            throw new ScenarioException(at, $"'{text}' is neither a name of people nor an identifier as namespace:value or namespace@scope:value.");
        var kind = rest[..colon].Split('@', 2);
        return new Identifier(kind[0], kind.Length == 2 ? kind[1] : "", rest[(colon + 1)..], verified);
    }

    /// <summary>The instant of a text as <c>2026-01-31</c>, <c>2026-01-31 09:00[:00]</c> (both in the scenario's zone) or RFC 3339; null when it is none.</summary>
    public long? InstantOf(string text)
    {
        if (text.Length < 10 || text[4] != '-' || text[7] != '-') return null;
        if (DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.fffK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > 10)) return instant.ToUnixTimeMilliseconds();
        return DateTime.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            ? Zone.AtLeniently(LocalDateTime.FromDateTime(local)).ToInstant().ToUnixTimeMilliseconds() : null;
    }

    /// <summary>How people write it: local time in the scenario's zone.</summary>
    public string Local(long ms)
    {
        var local = Instant.FromUnixTimeMilliseconds(ms).InZone(Zone).LocalDateTime;
        return local.ToString(local.TimeOfDay == LocalTime.Midnight ? "uuuu-MM-dd" : local.Second == 0 ? "uuuu-MM-dd HH:mm" : "uuuu-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    /// <summary>The last day on which something is valid that ends at an instant.</summary>
    public string LastDay(long endsAtMs) => Instant.FromUnixTimeMilliseconds(endsAtMs - 1).InZone(Zone).Date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The end of a day, 00:00 of the next, in the scenario's zone.</summary>
    public long EndOf(JsonNode day) => day.GetValueKind() == System.Text.Json.JsonValueKind.String
        && DateOnly.TryParseExact(day.GetValue<string>(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        ? LocalDate.FromDateOnly(date).PlusDays(1).AtStartOfDayInZone(Zone).ToInstant().ToUnixTimeMilliseconds()
        : throw new ScenarioException(day, $"'{day}' is no day such as 2026-03-31.");
}
