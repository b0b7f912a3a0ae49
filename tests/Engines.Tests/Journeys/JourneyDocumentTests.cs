using System.Text.Json.Nodes;
using Danke.Engines.Journeys;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Journeys;

public sealed class JourneyDocumentTests
{
    private const string Valid = """
        {"name":"welcome","title":"Welcome","zone":"Asia/Shanghai","trigger":{"event":"member.joined","program":"default","fresh_for":"P1D"},"re_entry":"after_exit",
         "nodes":[{"kind":"wait","id":"pause","duration":"PT2H"},
                  {"id":"hello","kind":"send","via":"sms","template":"hello","text":"{{person.name}}, {{ member.card }}",
                   "variables":{"person.name":{"fallback":"you"},"member.card":{"required":true}}},
                  {"kind":"wait","id":"morning","days":1,"at":"09:00"},
                  {"kind":"send","id":"mail","via":"email","template":"mail","subject":"Hello","text":"x"},
                  {"kind":"end","id":"done"}]}
        """;

    [Fact]
    public void A_journey_reads_as_it_is_written()
    {
        var journey = JourneyDocument.Read(JsonNode.Parse(Valid)!, 3);

        (journey.Name, journey.Version, journey.ReEntry).ShouldBe(("welcome", 3, ReEntry.AfterExit));
        journey.Nodes.Select(n => $"{n.Kind} {n.Id}").ShouldBe(["wait pause", "send hello", "wait morning", "send mail", "end done"]);
        ((WaitNode)journey.Nodes[2]).At.ShouldBe("09:00");
    }

    // What is changed, to what (JSON; nothing: removed), and where the problem must be found.
    [Theory]
    [InlineData("name", "\"Wel come\"", "$.name")]
    [InlineData("zone", "\"Shanghai\"", "$.zone")]
    [InlineData("zone", null, "$")]
    [InlineData("colour", "\"red\"", "$.colour")]
    [InlineData("re_entry", "\"sometimes\"", "$.re_entry")]
    [InlineData("re_entry", "1", "$.re_entry")]
    [InlineData("trigger/event", "\"order.paid\"", "$.trigger.event")]
    [InlineData("trigger/fresh_for", "\"P1M\"", "$.trigger.fresh_for")]
    [InlineData("nodes", "[]", "$.nodes")]
    [InlineData("nodes", "null", "$.nodes")]
    [InlineData("nodes/0/kind", "\"jump\"", "$.nodes[0].kind")]
    [InlineData("nodes/0/kind", null, "$.nodes[0].kind")]
    [InlineData("nodes/0/id", "\"hello\"", "$.nodes[1].id")]
    [InlineData("nodes/0/duration", "\"2 hours\"", "$.nodes[0].duration")]
    [InlineData("nodes/0/duration", "\"P1M\"", "$.nodes[0].duration")]
    [InlineData("nodes/0/duration", "\"-PT1H\"", "$.nodes[0].duration")]
    [InlineData("nodes/0/duration", null, "$.nodes[0]")]
    [InlineData("nodes/0/days", "1", "$.nodes[0]")]
    [InlineData("nodes/2/days", "0", "$.nodes[2].days")]
    [InlineData("nodes/2/at", "\"24:00\"", "$.nodes[2].at")]
    [InlineData("nodes/2/next", "\"nowhere\"", "$.nodes[2].next")]
    [InlineData("nodes/2/next", "\"done\"", "$.nodes[3]")]
    [InlineData("nodes/3/next", "\"mail\"", "$.nodes[3].next")]
    [InlineData("nodes/4/next", "\"pause\"", "$.nodes[4].next")]
    [InlineData("nodes/1/via", "\"pigeon\"", "$.nodes[1].via")]
    [InlineData("nodes/1/text", "\"{{person.nmae}}\"", "$.nodes[1].text")]
    [InlineData("nodes/1/text", "\"{{ Person Name }}\"", "$.nodes[1].text")]
    [InlineData("nodes/1/text", "\"\"", "$.nodes[1].text")]
    [InlineData("nodes/1/text", null, "$.nodes[1]")]
    [InlineData("nodes/1/subject", "\"x\"", "$.nodes[1].subject")]
    [InlineData("nodes/3/subject", null, "$.nodes[3].subject")]
    [InlineData("nodes/1/variables/person.name", "{}", "$.nodes[1].variables['person.name']")]
    [InlineData("nodes/1/variables/person.name", "{\"fallback\":\"x\",\"required\":true}", "$.nodes[1].variables['person.name']")]
    [InlineData("nodes/1/variables/member.tier.coins", "{\"fallback\":\"x\"}", "$.nodes[1].variables['member.tier.coins']")]
    [InlineData("nodes/1/variables/member.points.", "{\"fallback\":\"x\"}", "$.nodes[1].variables['member.points.']")]
    [InlineData("nodes/1/variables/person.shoe", "{\"fallback\":\"x\"}", "$.nodes[1].variables['person.shoe']")]
    public void What_is_wrong_is_found_with_its_place(string where, string? value, string path)
    {
        var document = JsonNode.Parse(Valid)!;
        var steps = where.Split('/');
        var parent = steps[..^1].Aggregate(document, (node, step) => int.TryParse(step, out var i) ? node[i]! : node[step]!);
        if (value is null) parent.AsObject().Remove(steps[^1]);
        else parent[steps[^1]] = JsonNode.Parse(value);

        JourneyDocument.TryRead(document, out _).Select(p => p.Path).ShouldContain(path);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("{}")]
    [InlineData("{\"nodes\":[null]}")]
    [InlineData("""{"name":"a","title":"b","zone":"UTC","trigger":{"event":"member.joined"},"nodes":[null]}""")]
    [InlineData("""{"name":"a","title":"b","zone":"UTC","trigger":null,"nodes":[{"kind":"end","id":"e"}]}""")]
    [InlineData("""{"name":"a","title":"b","zone":"UTC","trigger":{"event":"member.joined"},"nodes":[{"kind":"send","id":"e","via":"sms","template":"t","text":"x","variables":{"person.name":null}}]}""")]
    public void Any_JSON_is_answered_with_problems_and_never_with_an_exception(string json) =>
        JourneyDocument.TryRead(JsonNode.Parse(json)!, out _).ShouldNotBeEmpty();

    [Fact]
    public void The_published_schema_knows_the_same_fields()
    {
        var schema = JourneyDocument.Schema;
        schema["properties"]!.AsObject().Select(p => p.Key).ShouldBe(["name", "title", "zone", "trigger", "re_entry", "nodes"], ignoreOrder: true);
        var nodes = schema["$defs"]!.AsObject();
        nodes["wait"]!["properties"]!.AsObject().Select(p => p.Key).ShouldBe(["kind", "id", "next", "duration", "days", "at"], ignoreOrder: true);
        nodes["send"]!["properties"]!.AsObject().Select(p => p.Key).ShouldBe(["kind", "id", "next", "via", "template", "subject", "text", "variables"], ignoreOrder: true);
        nodes["end"]!["properties"]!.AsObject().Select(p => p.Key).ShouldBe(["kind", "id"], ignoreOrder: true);
        nodes["send"]!["properties"]!["variables"]!["propertyNames"]!["anyOf"]![0]!["enum"]!.AsArray().Select(v => v!.GetValue<string>()).ShouldBe(MessageTemplate.KnownVariables, ignoreOrder: true);
    }
}
