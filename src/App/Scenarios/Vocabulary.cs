using System.Text.Json.Nodes;
using Danke.App.Hosting;
using Danke.Platform.Scenarios;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.App.Scenarios;

/// <summary>All that scenarios can say: the modules' words and the frame around them, as one JSON Schema that checks files and completes them in editors.</summary>
internal sealed class Vocabulary
{
    private static readonly Lazy<Vocabulary> OfAllModules = new(() => new Vocabulary());

    private Vocabulary()
    {
        var services = new ServiceCollection();
        foreach (var module in ModuleList.All) module.AddServices(services);
        var words = services.Where(s => s.ImplementationInstance is ScenarioWords).Select(s => (ScenarioWords)s.ImplementationInstance!).Prepend(PlatformWords.All).ToList();
        Steps = words.SelectMany(w => w.Steps).ToDictionary(w => w.Name);
        Expectations = words.SelectMany(w => w.Expectations).ToDictionary(w => w.Name);
        Clocks = [.. words.SelectMany(w => w.Clocks)];
        Schema = MakeSchema();
    }

    public static Vocabulary All => OfAllModules.Value;

    public IReadOnlyDictionary<string, StepWord> Steps { get; }
    public IReadOnlyDictionary<string, ExpectWord> Expectations { get; }

    /// <summary>In the order of the modules.</summary>
    public IReadOnlyList<DueWork> Clocks { get; }

    /// <summary>Of one document. Each value is what it is after a table's columns were filled in.</summary>
    public JsonObject Schema { get; }

    /// <summary>The same for editors, where a value may still be a column as <c>${column}</c>.</summary>
    public JsonObject Published()
    {
        var published = Schema.DeepClone().AsObject();
        foreach (var (name, shape) in published["$defs"]!.AsObject().ToList()) published["$defs"]![name] = WithColumns(shape!.DeepClone());
        published["$defs"]!["column"] = new JsonObject { ["type"] = "string", ["pattern"] = @"^\$\{[a-z0-9_]+\}$", ["description"] = "A column of the scenario's table." };
        published["properties"]!["steps"] = WithColumns(published["properties"]!["steps"]!.DeepClone());
        return published;
    }

    private static JsonNode WithColumns(JsonNode node)
    {
        if (node is JsonArray list) return new JsonArray([.. list.Select(item => item is null ? null : WithColumns(item.DeepClone()))]);
        if (node is not JsonObject shape) return node;
        foreach (var (name, inner) in shape.ToList())
            if (inner is JsonObject or JsonArray && name is not ("enum" or "required" or "examples" or "default")) shape[name] = WithColumns(inner.DeepClone());
        if (shape["type"] is not JsonValue type || type.ToString() is not ("integer" or "boolean") && !shape.ContainsKey("pattern"))
            if (shape["enum"] is not JsonArray) return shape;
        var either = new JsonObject { ["anyOf"] = new JsonArray(shape.DeepClone(), Shape.Ref("column")) };
        if (shape["description"] is { } description) either["description"] = description.DeepClone();
        return either;
    }

    private JsonObject MakeSchema()
    {
        var expect = Shape.Fields([.. Expectations.Values.Select(w => (w.Name, w.Schema.DeepClone().AsObject()))]).Says("What is so. Only what is named is compared; lists are compared whole.");
        var definition = Shape.Either(Shape.Text("A file as 'danke apply' takes it, relative to this one."),
            Shape.Fields(("file", Shape.Text()), ("with", new JsonObject { ["type"] = "object", ["description"] = "Changes to the body (JSON merge patch): null removes." })).Needs("file"),
            Shape.Fields(("kind", Shape.Text()), ("name", Shape.Text()), ("title", Shape.Text()), ("body", new JsonObject { ["type"] = "object" })).Needs("kind", "name", "body"));
        var step = Shape.Fields(
        [
            ("at", Shape.Time("When it happens. Left out: when the step before did.")),
            ("after", Shape.Text("How long after the step before, ISO 8601: PT2H; P1D and P1M are calendar days and months.")),
            ("arrives", Shape.Time("When Danke hears of it, if later than it happened.")),
            ("publish", Shape.List(Shape.Ref("definition")).Says("Definitions that come in force.")),
            ("answer", Shape.Text("The Door's answer: applied, duplicate, 'declined CODE' or 'rejected CODE'. Left out: applied.")),
            ("answers", Shape.Map(Shape.Whole()).Says("How many answers of each kind a repeated step gets.")),
            ("delivered", Shape.Whole("How often the same event is delivered.")),
            ("repeat", Shape.Whole("How many such events come at once, each with its own id.")),
            ("expect", Shape.Ref("expect")),
            .. Steps.Values.Select(w => (w.Name, w.Schema.DeepClone().AsObject())),
        ]);
        var schema = Shape.Fields(
            ("scenario", Shape.Text("What it shows, as a sentence.")), ("about", Shape.Text("Why it is so.")),
            ("zone", Shape.Text("IANA zone of local times; Asia/Shanghai when left out.")), ("start", Shape.Time("Where the clock stands at first; when left out, at the first step.")),
            ("people", Shape.Map(Shape.Who()).Says("Names for identifiers, so that steps can say Ann.")),
            ("definitions", Shape.List(Shape.Ref("definition")).Says("What is in force from the start. Without a program among them: the one that a new installation begins with.")),
            ("table", Shape.List(new JsonObject { ["type"] = "object" }).Says("Rows: the scenario is played for each, with ${column} replaced.")),
            ("every_order", Shape.Either(Shape.Flag(), Shape.Fields(("at_most", Shape.Whole("So many orders; a sample when there are more.")), ("seed", Shape.Whole())))
                .Says("Play the steps in every order, in one batch, one by one and each delivered twice; the same must be so.")),
            ("steps", Shape.List(Shape.Ref("step"))), ("expect", Shape.Ref("expect"))).Needs("scenario");
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
        schema["title"] = "Danke scenario";
        schema["description"] = "A policy test: these definitions, these events at these instants, then this is so. See docs/scenarios.md.";
        var defs = EventWord.Defs.DeepClone().AsObject();
        defs["definition"] = definition;
        defs["step"] = step;
        defs["expect"] = expect;
        defs["who"] = Shape.Either(Shape.Text(), Shape.List(Shape.Text()))
            .Says("A name of people, an identifier as namespace:value or namespace@scope:value, perhaps followed by ' verified', or a list of such.");
        defs["instant"] = Pattern(@"^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$", "Local time as 2026-01-31 or 2026-01-31 09:00, or RFC 3339.");
        defs["day"] = Pattern(@"^\d{4}-\d\d-\d\d$", "A day as 2026-01-31.");
        defs["amount"] = Pattern(@"^-?\d{1,15}(\.\d{1,4})? [A-Z]{3}$", "Money as 60 CNY or 21.90 USD.");
        schema["$defs"] = defs;
        return schema;
    }

    private static JsonObject Pattern(string pattern, string description) => new() { ["type"] = "string", ["pattern"] = pattern, ["description"] = description };
}
