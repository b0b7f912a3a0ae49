using System.Text.Json.Nodes;
using Danke.Engines.Earning;
using Danke.Engines.Ledger;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Earning;

public sealed class RuleCalendarTests
{
    private static LoyaltyProgram Program(string rules, string more = "") => ProgramDocument.Read(JsonNode.Parse($$"""
        {"name":"p","title":"P","zone":"Asia/Shanghai","currency":"CNY","earn":{"rate":{"points":1,"each_minor":100}{{more}},"rules":[{{rules}}]},
         "validity":{"months":12},"growth":{"points":1,"each_minor":100},"tiers":[{"name":"a","title":"A","from":0,"earn_percent":100}]}
        """)!, 1);

    private static string Days(LoyaltyProgram program, string from, int days) => string.Join("; ", RuleCalendar.Of(program, DateOnly.Parse(from, System.Globalization.CultureInfo.InvariantCulture), days)
        .Select(d => $"{d.Day:MM-dd} {d.Percent} {string.Join(",", d.Rules.Select(r => r.Rule + (r.Else.Length > 0 ? $"[{r.Else}]" : "")))}"));

    private const string MemberDay = """{"name":"md","title":"M","where":"day_of_month = 28","gives":{"percent":200}}""";

    [Fact]
    public void A_member_day_is_on_its_days() => Days(Program(MemberDay), "2026-01-20", 45).ShouldBe("01-28 200 md; 02-28 200 md");

    [Fact]
    public void The_last_day_of_a_month_and_weekends_are_days_too() =>
        Days(Program("""{"name":"end","title":"E","where":"days_to_month_end = 0 or weekday = 7","gives":{"percent":150}}"""), "2026-02-26", 5).ShouldBe("02-28 150 end; 03-01 150 end");

    [Fact]
    public void What_else_a_rule_asks_for_is_told_and_no_promise_for_every_order() =>
        Days(Program("""{"name":"vip","title":"V","where":"day_of_month = 3 and tier = \"a\" and amount_minor >= 100","gives":{"percent":300}}"""), "2026-01-01", 5)
            .ShouldBe("01-03 100 vip[tier = \"a\" and amount_minor >= 100]");

    [Fact]
    public void Percentages_add_up_as_on_an_order() =>
        Days(Program(MemberDay + """,{"name":"week","title":"W","from":"2026-01-27","until":"2026-01-28","gives":{"percent":150}}"""), "2026-01-26", 4).ShouldBe("01-27 150 week; 01-28 250 md,week");

    [Fact]
    public void Or_are_multiplied_where_the_program_says_so() =>
        Days(Program(MemberDay + """,{"name":"week","title":"W","from":"2026-01-27","until":"2026-01-28","gives":{"percent":150}}""", ",\"multipliers\":\"multiply\""), "2026-01-28", 1).ShouldBe("01-28 300 md,week");

    [Fact]
    public void Rules_of_every_day_are_on_none() => Days(Program("""{"name":"birthday","title":"B","where":"is_birth_month","gives":{"percent":150}}"""), "2026-01-01", 60).ShouldBe("");
}
