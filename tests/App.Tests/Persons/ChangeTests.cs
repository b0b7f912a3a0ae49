using System.Net;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Platform.Access;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Persons;

public sealed class ChangeTests(Brand brand) : IClassFixture<Brand>
{
    [Theory, OnBothBooks]
    public async Task An_operator_changes_a_profile_and_what_is_not_said_stays(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, new MemberUpdated(new Profile { Name = "旧名", City = "杭州", Gender = "f" }), Phone("13800004001"));

        await on.Client.Patch($"v1/persons/{person}", new { name = "新名", city = (string?)null, attributes = new { skin = "dry" } }).Json();

        var profile = (await on.Get($"persons/{person}")).GetProperty("profile");
        (profile.Text("name"), profile.Text("city"), profile.Text("gender"), profile.GetProperty("attributes").Text("skin")).ShouldBe(("新名", "杭州", "f", "dry"));
        (await on.Get("persons?q=新名")).Ids().ShouldBe([person]);
        var audit = (await on.Get("audit-log?action=person.profile_changed&limit=1")).Items().Single();
        (audit.Text("target"), audit.Text("actor")).ShouldBe(($"person/{person}", "cli"));
        audit.GetRawText().ShouldNotContain("新名");
    }

    [Theory, OnBothBooks]
    public async Task An_operator_records_a_consent_and_its_withdrawal(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800004002"));

        var given = await on.Client.Post($"v1/persons/{person}/consents", new { via = "sms", purpose = "marketing", granted = true, point = "+86 13800004002", evidence = "by phone" }).Json();
        var taken = await on.Client.Post($"v1/persons/{person}/consents", new { via = "sms", purpose = "marketing", granted = false, point = "13800004002" }).Json();

        given.Items("consents").Select(c => (c.Text("point"), c.GetProperty("granted").GetBoolean(), c.Text("source"))).ShouldBe([("13800004002", true, "console")]);
        taken.Items("consents").Select(c => c.GetProperty("granted").GetBoolean()).ShouldBe([false]);
        (await on.Get("audit-log?action=person.consent_changed&limit=1")).Items().Single().GetProperty("detail").GetProperty("after").GetProperty("granted").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [OnBothBooks("""{"via":"pigeon","purpose":"marketing","granted":true}""", "field_invalid")]
    [OnBothBooks("""{"via":"sms","granted":true}""", "field_missing")]
    [OnBothBooks("""{"via":"sms","purpose":"marketing","granted":"yes"}""", "field_type")]
    [OnBothBooks("""{"via":"sms","purpose":"marketing","granted":true,"colour":"red"}""", "field_unknown")]
    public async Task A_consent_that_says_nothing_clear_is_refused_with_the_place(Dialect dialect, string body, string code)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800004003"));

        (await on.Client.PostAsync($"v1/persons/{person}/consents", Http.Text(body)).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe(code);
        (await on.Get($"persons/{person}")).Items("consents").ShouldBeEmpty();
    }

    [Theory]
    [OnBothBooks("""{"birthday":"2990-01-01"}""", HttpStatusCode.UnprocessableEntity, "field_invalid")]
    [OnBothBooks("""{"name":"\ud800"}""", HttpStatusCode.UnprocessableEntity, "text_invalid")]
    [OnBothBooks("""{"name":"a\u0000b"}""", HttpStatusCode.UnprocessableEntity, "text_invalid")]
    [OnBothBooks("""{"attributes":{"\ud800":"x"}}""", HttpStatusCode.BadRequest, "bad_json")]
    [OnBothBooks("""{"name":"a","name":"b"}""", HttpStatusCode.BadRequest, "bad_json")]
    [OnBothBooks("""{"nickname":"x"}""", HttpStatusCode.UnprocessableEntity, "field_unknown")]
    [OnBothBooks("[]", HttpStatusCode.UnprocessableEntity, "field_type")]
    [OnBothBooks("null", HttpStatusCode.UnprocessableEntity, "field_missing")]
    [OnBothBooks("", HttpStatusCode.BadRequest, "bad_request")]
    [OnBothBooks("{", HttpStatusCode.BadRequest, "bad_json")]
    public async Task A_profile_that_cannot_be_is_refused(Dialect dialect, string body, HttpStatusCode status, string code)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800004004"));

        (await on.Client.PatchAsync($"v1/persons/{person}", Http.Text(body)).ProblemCode(status)).ShouldBe(code);
    }

    [Theory, OnBothBooks]
    public async Task Who_may_only_read_changes_nothing(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800004005"));
        var analyst = await on.Analyst();

        (await analyst.Patch($"v1/persons/{person}", new { name = "x" }).ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");
        (await analyst.Post($"v1/persons/{person}/consents", new { via = "sms", purpose = "marketing", granted = true }).ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");
        (await analyst.Post($"v1/persons/{person}/points-adjustments", new { points = 1, reason = "x" }).ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");
        (await on.Client.Patch("v1/persons/987654321", new { name = "x" }).ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_person");
    }
}
