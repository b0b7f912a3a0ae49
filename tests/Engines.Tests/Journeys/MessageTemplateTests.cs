using System.Collections.Immutable;
using Danke.Engines.Journeys;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Journeys;

public sealed class MessageTemplateTests
{
    private static readonly ImmutableSortedDictionary<string, VariableRule> Rules = ImmutableSortedDictionary<string, VariableRule>.Empty
        .Add("person.name", new VariableRule(Fallback: "亲爱的会员")).Add("member.card", new VariableRule(Required: true));

    // name, card → text; nothing: not sent, because of that variable.
    [Theory]
    [InlineData("张三", "800001", "张三您好，卡号 800001。", null)]
    [InlineData(null, "800001", "亲爱的会员您好，卡号 800001。", null)]
    [InlineData("  ", "800001", "亲爱的会员您好，卡号 800001。", null)]
    [InlineData(" 张三 ", "800001", "张三您好，卡号 800001。", null)]
    [InlineData("张三", null, null, "member.card")]
    [InlineData("张三", "", null, "member.card")]
    [InlineData(null, null, null, "member.card")]
    [InlineData("张\r\n三", "1", "张  三您好，卡号 1。", null)]
    [InlineData("{{member.card}}", "1", "{{member.card}}您好，卡号 1。", null)] // a name is never a template
    public void A_message_is_whole_or_it_is_not_sent(string? name, string? card, string? expected, string? missing)
    {
        var facts = new Dictionary<string, string>();
        if (name is not null) facts["person.name"] = name;
        if (card is not null) facts["member.card"] = card;

        var rendered = new MessageTemplate(null, "{{person.name}}您好，卡号 {{ member.card }}。", Rules).Render(facts);

        rendered.MissingVariable.ShouldBe(missing);
        if (missing is null) rendered.Text.ShouldBe(expected);
        else rendered.Text.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("member.points", true)]
    [InlineData("member.points.coins", true)]
    [InlineData("member.points_ending.air-miles", true)]
    [InlineData("member.points_end_on.coins", true)]
    [InlineData("member.points.a.b", false)]
    [InlineData("member.points.", false)]
    [InlineData("member.tier.coins", false)]
    public void Points_of_a_type_are_named_by_it(string variable, bool isKnown) => MessageTemplate.IsKnownVariable(variable).ShouldBe(isKnown);

    [Fact]
    public void What_no_text_says_is_not_asked_for()
    {
        var asked = new List<string>();
        new MessageTemplate(null, "{{member.points.air-miles}}", Rules.Clear().Add("member.points.air-miles", new VariableRule(Fallback: "0"))).Render(name =>
        {
            asked.Add(name);
            return "7";
        }).Text.ShouldBe("7");
        asked.Distinct().ShouldBe(["member.points.air-miles"]);
    }

    [Fact]
    public void A_subject_is_one_line()
    {
        var template = new MessageTemplate("Hi {{person.name}}\nBcc: x", "x", Rules.Remove("member.card"));

        template.Render(new Dictionary<string, string> { ["person.name"] = "A\nB" }).Subject.ShouldBe("Hi A B Bcc: x");
    }

    [Theory]
    [InlineData("a {{person.name}} b", false)]
    [InlineData("a {{person.name} b", true)]
    [InlineData("a {{Person}} b", true)]
    [InlineData("a } b { c", false)]
    [InlineData("{{{{person.name}}}}", true)]
    public void Braces_that_are_no_variable_are_noticed(string text, bool stray) => MessageTemplate.HasStrayBraces(text).ShouldBe(stray);
}
