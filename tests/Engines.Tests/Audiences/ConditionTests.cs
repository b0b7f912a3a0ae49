using System.Text.Json;
using Danke.Engines.Audiences;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Audiences;

public class ConditionTests
{
    [Fact]
    public void The_document_reads_back_to_itself() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000),
        Prop.ForAll(Arb.From(ConditionGenerator.Conditions), condition =>
        {
            var json = ConditionJson.Write(condition).ToJsonString();
            return ConditionJson.Write(Read(json)).ToJsonString() == json;
        }));

    [Fact]
    public void The_text_reads_back_to_the_same_document() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000),
        Prop.ForAll(Arb.From(ConditionGenerator.Conditions), condition =>
            ConditionJson.Write(ConditionText.Parse(ConditionText.Write(condition), Catalogue.Person)).ToJsonString() == ConditionJson.Write(condition).ToJsonString()));

    [Theory]
    [InlineData("""{"count":"purchases","within":{"last_days":90},"where":{"count":"lines","where":{"field":"category","in":["护肤"]},"op":">=","value":1},"op":">=","value":2}""",
        """count(purchases last 90 days where any(lines where category = "护肤")) >= 2""")]
    [InlineData("""{"all":[{"field":"is_member","is":true},{"not":{"count":"purchases","within":{"last_days":180},"op":">=","value":1}}]}""",
        "is_member and not any(purchases last 180 days)")]
    [InlineData("""{"any":[{"all":[{"field":"city","in":["杭州市","上海市"]},{"field":"channels","contains":["tmall"]}]},{"field":"points","op":"<","value":-5}]}""",
        """(city in ("杭州市", "上海市") and channels contains ("tmall")) or points < -5""")]
    [InlineData("""{"sum":"purchases.amount_minor","within":{"from":"2026-01-01","before":"2026-07-01"},"op":">=","value":100000}""",
        "sum(purchases.amount_minor from 2026-01-01 before 2026-07-01) >= 100000")]
    [InlineData("""{"field":"joined","within":{"last_days":1}}""", "joined last 1 day")]
    [InlineData("""{"count":"interactions","where":{"field":"properties.Utm Source","in":["a\"b"]},"op":"=","value":0}""",
        """none(interactions where field("properties.Utm Source") = "a\"b")""")]
    [InlineData("""{"all":[]}""", "everyone")]
    [InlineData("""{"not":{"any":[]}}""", "not nobody")]
    public void The_text_is_readable(string json, string text)
    {
        ConditionText.Write(Read(json)).ShouldBe(text);
        ConditionJson.Write(ConditionText.Parse(text, Catalogue.Person)).ToJsonString(Relaxed).ShouldBe(json);
    }

    [Theory]
    [InlineData("city != \"x\"", "not city = \"x\"")]
    [InlineData("city not in (\"x\", \"y\")", "not city in (\"x\", \"y\")")]
    [InlineData("count(purchases) >= 1", "any(purchases)")]
    [InlineData("((is_member))", "is_member")]
    [InlineData("channels contains \"tmall\"", "channels contains (\"tmall\")")]
    public void There_are_shorter_ways_to_write_some_things(string written, string canonical) =>
        ConditionText.Write(ConditionText.Parse(written, Catalogue.Person)).ShouldBe(canonical);

    [Theory]
    [InlineData("""{"field":"shoe_size","op":">","value":3}""", "", "unknown_field")]
    [InlineData("""{"all":[{"field":"is_member","is":true},{"field":"city","op":">","value":3}]}""", "all[1]", "wrong_test")]
    [InlineData("""{"count":"parcels","op":">","value":3}""", "", "unknown_collection")]
    [InlineData("""{"count":"purchases","where":{"field":"sku","in":["A"]},"op":">","value":3}""", "where", "unknown_field")]
    [InlineData("""{"count":"purchases","where":{"count":"lines","within":{"last_days":3},"op":">","value":3},"op":">","value":3}""", "where", "no_time")]
    [InlineData("""{"sum":"purchases.channel","op":">","value":3}""", "", "unknown_field")]
    [InlineData("""{"sum":"purchases","op":">","value":3}""", "", "wrong_measure")]
    [InlineData("""{"count":"purchases.amount_minor","op":">","value":3}""", "", "unknown_collection")]
    [InlineData("""{"field":"joined","within":{"last_days":0}}""", "", "wrong_window")]
    [InlineData("""{"field":"joined","within":{}}""", "", "wrong_window")]
    [InlineData("""{"field":"joined","within":{"from":"2026-02-01","before":"2026-02-01"}}""", "", "wrong_window")]
    [InlineData("""{"field":"joined","within":{"from":"2026-02-30"}}""", "within.from", "wrong_window")]
    [InlineData("""{"field":"city","in":[]}""", "", "no_values")]
    [InlineData("""{"field":"city","in":[1]}""", "in", "not_texts")]
    [InlineData("""{"field":"city","in":["\u0000"]}""", "", "too_long")]
    [InlineData("""{"field":"points","op":">","value":1.5}""", "", "wrong_value")]
    [InlineData("""{"field":"points","op":"~","value":1}""", "", "wrong_op")]
    [InlineData("""{"field":"points","op":">","value":1,"values":[]}""", "", "unknown_property")]
    [InlineData("""{"all":{}}""", "all", "not_a_list")]
    [InlineData("""{"some":[]}""", "", "not_a_condition")]
    [InlineData("""[]""", "", "not_a_condition")]
    [InlineData("""{"not":"city = 'x'"}""", "not.column 7", "unexpected")]
    public void What_is_wrong_is_said_with_its_place(string json, string path, string code)
    {
        var problem = Should.Throw<ConditionException>(() => Read(json)).Problems.ShouldHaveSingleItem();
        (problem.Path, problem.Code).ShouldBe((path, code));
    }

    [Theory]
    [InlineData("city =")]
    [InlineData("and")]
    [InlineData("(is_member")]
    [InlineData("is_member is_member")]
    [InlineData("city = “杭州”")]
    [InlineData("count(purchases last 90 days)")]
    [InlineData("count(purchases last 99999999999999999999 days) > 1")]
    [InlineData("city > \"a\"")]
    [InlineData("joined from 2026-13-01")]
    [InlineData("")]
    [InlineData("city = \"never closed")]
    public void Broken_text_is_refused_and_not_guessed(string text) => Should.Throw<ConditionException>(() => ConditionText.Parse(text, Catalogue.Person));

    [Fact]
    public void Depth_and_size_are_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("not (", 5_000)) + "is_member" + new string(')', 5_000);
        Should.Throw<ConditionException>(() => ConditionText.Parse(deep, Catalogue.Person));
        var wide = string.Join(" or ", Enumerable.Repeat("is_member", 300));
        Should.Throw<ConditionException>(() => ConditionText.Parse(wide, Catalogue.Person)).Problems[0].Code.ShouldBe("too_large");
    }

    [Fact]
    public void What_a_user_wrote_reaches_the_query_only_as_a_parameter()
    {
        const string Attack = "x') or 1=1 --";
        var condition = ConditionText.Parse($"""city = "{Attack}" or any(interactions where field("properties.{Attack}") = "{Attack}")""", Catalogue.Person);

        var compiled = ConditionSql.Compile(condition, ConditionGenerator.Asked);

        compiled.Sql.ShouldNotContain("1=1");
        compiled.Parameters.Values.OfType<string>().ShouldContain(Attack);
    }

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static Condition Read(string json) => ConditionJson.Read(JsonDocument.Parse(json).RootElement, Catalogue.Person);
}
