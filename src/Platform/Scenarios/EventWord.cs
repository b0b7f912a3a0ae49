using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;

namespace Danke.Platform.Scenarios;

/// <summary>
/// Step words that are events: what follows the word is the event's data as on the wire, with <c>who</c> instead of identifiers, amounts as
/// <c>60 CNY</c> and local times where a person would write them. The event is read by the same reader as any from outside.
/// </summary>
public static partial class EventWord
{
    public const string Source = "scenario";
    private const string DefaultChannel = "store";
    private const string Minor = "_minor";

    private static readonly JsonObject EventSchemaJson = JsonNode.Parse(EventSchema.Json)!.AsObject();

    /// <summary>The event schema's shared shapes as scenarios take them.</summary>
    public static JsonObject Defs { get; } = [.. EventSchemaJson["$defs"]!.AsObject().Where(d => d.Key is not "time" and not "identifier")
        .Select(d => KeyValuePair.Create(d.Key, (JsonNode?)Friendly(d.Value!.AsObject())))];

    /// <summary>A word for an event of a type.</summary>
    /// <param name="data">The name of its data's shape in the event schema, e.g. <c>order</c>.</param>
    /// <param name="also">Further fields, which <paramref name="expand"/> turns into data.</param>
    /// <param name="expand">What is meant by fields that the event does not have; works on the data.</param>
    public static StepWord Of(string name, string type, string data, string description, JsonObject? also = null, Action<JsonObject, ScenarioNames>? expand = null) =>
        new(name, SchemaOf(data, description, also), (stage, happening) => Task.FromResult<IReadOnlyList<Command>>([Read(stage, happening, type, expand)]));

    private static JsonObject SchemaOf(string data, string description, JsonObject? also)
    {
        var shape = Shape.Fields(
            ("who", Shape.Who()), ("as", Shape.Text("What to call what this makes, e.g. a lot of points.")), ("id", Shape.Text("The event's id; the same id again is a replay.")),
            ("source", Shape.Text("The event's source; 'scenario' when left out.")), ("channel", Shape.Text("'store' when left out.")), ("shop", Shape.Text()));
        foreach (var (field, value) in Friendly(EventSchemaJson["$defs"]![data]!.AsObject())["properties"]!.AsObject().Concat(also ?? []))
            shape["properties"]!.AsObject().TryAdd(field, value?.DeepClone());
        return Shape.Either(Shape.Who(), shape).Says(description);
    }

    // Times in local words, amounts with their currency; what is missing the event's reader says.
    private static JsonObject Friendly(JsonObject shape)
    {
        var friendly = shape.DeepClone().AsObject();
        foreach (var demand in new[] { "required", "anyOf", "oneOf" }) friendly.Remove(demand);
        foreach (var (name, field) in (friendly["properties"]?.AsObject() ?? []).ToList())
        {
            if (field!["$ref"]?.GetValue<string>() == "#/$defs/time") field["$ref"] = "#/$defs/instant";
            if (name.EndsWith(Minor, StringComparison.Ordinal)) friendly["properties"]!.AsObject().TryAdd(name[..^Minor.Length], Shape.Ref("amount"));
        }
        return friendly;
    }

    private static Command Read(ScenarioStage stage, Happening happening, string type, Action<JsonObject, ScenarioNames>? expand)
    {
        var given = happening.Given is JsonObject fields ? fields : new JsonObject { ["who"] = happening.Given.DeepClone() };
        JsonNode? Take(string name) => given[name];
        var data = new JsonObject();
        foreach (var (name, value) in given)
            if (name is not ("who" or "as" or "id" or "source" or "channel" or "shop")) data[name] = value?.DeepClone();
        expand?.Invoke(data, stage.Names);
        Translate(data, data, stage.Names);
        var wire = new JsonObject
        {
            ["source"] = Take("source")?.DeepClone() ?? Source,
            ["id"] = Take("id")?.DeepClone() ?? happening.Id,
            ["type"] = type,
            ["time"] = Rfc3339.Write(happening.AtMs),
            ["channel"] = Take("channel")?.DeepClone() ?? DefaultChannel,
            ["shop"] = Take("shop")?.DeepClone(),
            ["identifiers"] = Take("who") is { } who ? Identifiers(stage.Names.Who(who)) : null,
            ["data"] = data,
        };
        var command = Read(wire, stage.NowMs, happening.Given);
        foreach (var name in new[] { Take("as"), data["order"] }.OfType<JsonValue>()) stage.Remember(name.ToString(), command);
        return command;
    }

    /// <summary>An event as on the wire, as a command.</summary>
    /// <exception cref="ScenarioException">It is no event; the message says why.</exception>
    public static Command Read(JsonObject wire, long nowMs, JsonNode at)
    {
        var reading = new EventJsonReader().Read(JsonSerializer.SerializeToUtf8Bytes(wire), nowMs);
        return reading.Command ?? throw new ScenarioException(at, string.Join(" ", reading.Problems.Select(p => $"{p.Path.Replace("$.data.", "", StringComparison.Ordinal)}: {p.Detail}"))) { Code = reading.Problems[0].Code };
    }

    private static JsonArray Identifiers(IReadOnlyList<Identifier> who) => [.. who.Select(i => new JsonObject
    {
        ["namespace"] = i.Namespace,
        ["scope"] = i.Scope.Length > 0 ? i.Scope : null,
        ["value"] = i.Value,
        ["verified"] = i.Verified,
    })];

    private static void Translate(JsonObject fields, JsonObject data, ScenarioNames names)
    {
        foreach (var (name, value) in fields.ToList())
        {
            if (value is JsonObject inner) Translate(inner, data, names);
            else if (value is JsonArray list) foreach (var item in list.OfType<JsonObject>()) Translate(item, data, names);
            else if (value is JsonValue text && text.TryGetValue<string>(out var said))
            {
                if (name.EndsWith("_at", StringComparison.Ordinal) && names.InstantOf(said) is { } ms) fields[name] = Rfc3339.Write(ms);
                else if (AmountOf(said) is var (minor, currency) && currency.Length > 0)
                {
                    fields.Remove(name);
                    fields[name + Minor] = minor;
                    data["currency"] ??= currency;
                }
                else if (Amount().Match(said) is { Success: true } odd && Currencies.IsKnown(odd.Groups[2].Value))
                    throw new ScenarioException(value, $"{name}: '{said}' is no amount: {odd.Groups[2].Value} has {Currencies.Digits(odd.Groups[2].Value)} decimals.");
            }
        }
    }

    /// <summary><c>60 CNY</c>, <c>21.90 USD</c> as minor units and code; the code is empty when the text is no amount.</summary>
    public static (long Minor, string Currency) AmountOf(string text)
    {
        if (Amount().Match(text) is not { Success: true } amount || !Currencies.IsKnown(amount.Groups[2].Value)) return (0, "");
        var minor = decimal.Parse(amount.Groups[1].Value, CultureInfo.InvariantCulture);
        for (var digits = Currencies.Digits(amount.Groups[2].Value); digits > 0; digits--) minor *= 10;
        return minor == decimal.Truncate(minor) ? ((long)minor, amount.Groups[2].Value) : (0, "");
    }

    /// <summary>As people write it: <c>60 CNY</c>, <c>21.90 USD</c>.</summary>
    public static string AmountText(long minor, string currency)
    {
        var digits = Currencies.IsKnown(currency) ? Currencies.Digits(currency) : 0;
        var amount = new decimal(minor);
        for (var i = 0; i < digits; i++) amount /= 10;
        return string.Create(CultureInfo.InvariantCulture, $"{(amount == decimal.Truncate(amount) ? amount.ToString("0", CultureInfo.InvariantCulture) : amount.ToString("F" + digits, CultureInfo.InvariantCulture))} {currency}");
    }

    [GeneratedRegex(@"^(-?\d{1,15}(?:\.\d{1,4})?) ([A-Z]{3})$")]
    private static partial Regex Amount();
}
