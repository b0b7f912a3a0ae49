using System.Text.Json.Nodes;
using Danke.Engines.Identity;
using Danke.Engines.Identity.Attributes;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Identity;

public sealed class IdentityDocumentTests
{
    private static IEnumerable<string> Paths(string json) => IdentityDocument.TryRead(JsonNode.Parse(json)!, out _).Select(p => p.Path);

    [Theory]
    [InlineData("""{"namespaces":[]}""", "$.namespaces")]
    [InlineData("""{"namespaces":[{"name":"Phone","priority":1}]}""", "$.namespaces[0].name")]
    [InlineData("""{"namespaces":[{"name":"a","priority":0}]}""", "$.namespaces[0].priority")]
    [InlineData("""{"namespaces":[{"name":"a","priority":1},{"name":"a","priority":2}]}""", "$.namespaces[1].name")]
    [InlineData("""{"namespaces":[{"name":"a","priority":1,"window_days":3}]}""", "$.namespaces[0].window_days")]
    [InlineData("""{"namespaces":[{"name":"a","priority":1,"shared_after":1}]}""", "$.namespaces[0].shared_after")]
    [InlineData("""{"namespaces":[{"name":"a","priority":1}],"attributes":{"nick":{"policy":"most_recent"}}}""", "$.attributes['nick']")]
    [InlineData("""{"namespaces":[{"name":"a","priority":1}],"attributes":{"name":{"policy":"source_priority"}}}""", "$.attributes['name'].sources")]
    [InlineData("""{"namespaces":[{"name":"a","priority":1}],"attributes":{"name":{"policy":"most_recent","sources":["crm"]}}}""", "$.attributes['name'].sources")]
    [InlineData("""{"namespaces":[{"name":"a","priority":1}],"attributes":{"name":{"policy":"source_priority","sources":["crm","crm"]}}}""", "$.attributes['name'].sources")]
    [InlineData("""{"most_identifiers":1,"namespaces":[{"name":"a","priority":1}]}""", "$.most_identifiers")]
    [InlineData("""{"matching":{"link_from":0.5},"namespaces":[{"name":"a","priority":1}]}""", "$.matching.link_from")]
    [InlineData("""{"matching":{"review_from":0.95,"link_from":0.9},"namespaces":[{"name":"a","priority":1}]}""", "$.matching.link_from")]
    [InlineData("""{"matching":{"review_from":0},"namespaces":[{"name":"a","priority":1}]}""", "$.matching.review_from")]
    public void What_is_wrong_names_its_path(string json, string path) => Paths(json).ShouldContain(path);

    [Fact]
    public void Fields_nobody_knows_are_refused() => Paths("""{"namespaces":[{"name":"a","priority":1,"prioritty":2}]}""").ShouldNotBeEmpty();

    [Fact]
    public void A_document_says_what_the_rules_are()
    {
        var rules = IdentityDocument.Read(JsonNode.Parse("""
            {"policy":"first_wins","most_identifiers":null,"namespaces":[
              {"name":"device","priority":8,"values_per_person":5,"window_days":30,"when_full":"evict_oldest","shared_after":4},
              {"name":"phone","priority":2,"kind":"phone","contact":true,"values_per_person":1,"blocked_values":["13800000000"],"blocked_patterns":["170*"]}]}
            """)!, 3);

        (rules.Policy, rules.MostIdentifiers, rules.Version).ShouldBe((LinkPolicy.FirstWins, null, 3));
        rules["device"].ShouldBe(new NamespaceRule("device", 8) { ValuesPerPerson = 5, WindowDays = 30, WhenFull = WhenFull.EvictOldest, SharedAfter = 4, BlockedValues = rules["device"].BlockedValues, BlockedPatterns = rules["device"].BlockedPatterns });
        IdentifierValue.Normalise(rules["phone"], "+86 138 0000 0000").ShouldBeNull();
        IdentifierValue.Normalise(rules["phone"], "17012345678").ShouldBeNull();
        IdentifierValue.Normalise(rules["phone"], "13800000001").ShouldBe("13800000001");
    }

    [Fact]
    public void A_document_says_how_attributes_are_decided_and_how_the_others_are()
    {
        var rules = IdentityDocument.Read(JsonNode.Parse("""
            {"namespaces":[{"name":"phone","priority":2}],"attributes":{"default":{"policy":"most_frequent"},"name":{"policy":"source_priority","sources":["crm","store"]},"attributes.skin":{"policy":"most_recent"}}}
            """)!, 1).Attributes;

        (rules["name"].Policy, rules["attributes.skin"].Policy, rules["city"].Policy).ShouldBe((SurvivalPolicy.SourcePriority, SurvivalPolicy.MostRecent, SurvivalPolicy.MostFrequent));
        rules["name"].Sources.ShouldBe(["crm", "store"]);
    }

    [Fact]
    public void Nobody_is_linked_by_likeness_unless_the_rules_say_from_when_on()
    {
        IdentityDocument.Read(JsonNode.Parse("""{"namespaces":[{"name":"a","priority":1}]}""")!, 1).Matching.LinkFrom.ShouldBeNull();
        IdentityDocument.Read(JsonNode.Parse("""{"matching":{"link_from":0.98},"namespaces":[{"name":"a","priority":1}]}""")!, 1).Matching.ShouldBe(new MatchingRules(0.5, 0.98));
    }

    [Fact]
    public void Rules_are_written_as_they_are_read()
    {
        var written = IdentityDocument.Write(IdentityRules.Default);
        IdentityDocument.Write(IdentityDocument.Read(written, 0)).ToJsonString().ShouldBe(written.ToJsonString());
        IdentityDocument.Read(written, 0).Namespaces.Select(n => (n.Name, n.Priority, n.Kind, n.ValuesPerPerson, n.WindowDays, n.SharedAfter, n.IsPerson, n.IsContact))
            .ShouldBe(IdentityRules.Default.Namespaces.Select(n => (n.Name, n.Priority, n.Kind, n.ValuesPerPerson, n.WindowDays, n.SharedAfter, n.IsPerson, n.IsContact)));
    }

    [Fact]
    public void Rules_without_a_unique_person_are_warned_of() =>
        IdentityDocument.Warnings(new IdentityRules([new("loginB", 1), new("device", 8)])).ShouldHaveSingleItem().ShouldContain("unique");
}
