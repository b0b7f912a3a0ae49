using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Danke.Loyalty.Codes;
using Danke.Platform.Access;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Loyalty;

public sealed class MemberCodeTests(Brand brand) : IClassFixture<Brand>
{
    private static Task<HttpResponseMessage> Verify(HttpClient client, string code, string? key = null) =>
        client.Post("v1/loyalty/codes/verify", new { code }, key);

    // The test vectors of RFC 6238, appendix B, for SHA-256.
    [Theory]
    [InlineData(59, "46119246")]
    [InlineData(1_111_111_109, "68084774")]
    [InlineData(1_111_111_111, "67062674")]
    [InlineData(1_234_567_890, "91819424")]
    [InlineData(2_000_000_000, "90698825")]
    [InlineData(20_000_000_000, "77737706")]
    public void Digits_are_those_of_the_standard(long seconds, string digits) =>
        MemberCode.DigitsOf(Encoding.ASCII.GetBytes("12345678901234567890123456789012"), MemberCode.StepAt(seconds * 1000)).ShouldBe(digits);

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(-2, false)]
    public void Clocks_may_be_one_step_apart(int steps, bool isFound)
    {
        using var vault = new Vault(new byte[32]);
        byte[] Day(long day) => vault.MemberCodeKey("default", day);
        // At midnight, where the key changes too.
        const long now = 1_767_225_600_000;
        var step = MemberCode.StepAt(now) + steps;
        var digits = MemberCode.DigitsOf(MemberCode.CardKey(Day(MemberCode.DayOf(step)), "C1"), step);

        MemberCode.StepOf(digits, "C1", now, MemberCode.Skew, Day).ShouldBe(isFound ? step : null);
        MemberCode.StepOf(digits, "C2", now, MemberCode.Skew, Day).ShouldBeNull();
    }

    [Theory, OnBothBooks]
    public async Task A_till_learns_who_shows_the_code_once(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone($"1382000000{(int)dialect}"));
        await on.Happens(1, Adjust(120), Phone($"1382000000{(int)dialect}"));
        var issued = await on.Client.Post($"v1/persons/{person}/member-codes?days=2", new { }).Json();
        var code = issued.Text("code")!;
        issued.Items("keys").Count.ShouldBe(2);

        var shown = await Verify(on.Client, code, "till-1").Json();
        var again = await Verify(on.Client, code, "till-1").Json();

        (shown.Number("person_id"), shown.Number("points_spendable"), shown.Text("tier")).ShouldBe((person, 120, "silver"));
        again.Number("person_id").ShouldBe(person);
        (await Verify(on.Client, code, "till-2").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("code_used");
        (await Verify(on.Client, code).ProblemCode(HttpStatusCode.Conflict)).ShouldBe("code_used");
    }

    [Theory, OnBothBooks]
    public async Task A_till_with_the_key_of_the_day_comes_to_the_same_code_without_asking(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone($"1382000100{(int)dialect}"));
        var issued = await on.Client.Post($"v1/persons/{person}/member-codes", new { }).Json();
        var keys = await on.Get("loyalty/code-keys");

        var dayKey = System.Buffers.Text.Base64Url.DecodeFromChars(keys.Items("keys")[0].Text("key")!);
        var (digits, card) = MemberCode.Read(issued.Text("code"))!.Value;
        var until = issued.GetProperty("code_until").GetDateTimeOffset().ToUnixTimeMilliseconds();

        MemberCode.DigitsOf(MemberCode.CardKey(dayKey, card), MemberCode.StepAt(until) - 1).ShouldBe(digits);
        (await on.Get("audit-log?action=code_keys.taken")).Items().ShouldNotBeEmpty();
    }

    [Theory, OnBothBooks]
    public async Task Old_foreign_and_guessed_codes_are_refused_and_guessing_locks_the_card(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var (ann, bob) = (await on.Happens(0, Join(), Phone($"1382000200{(int)dialect}")), await on.Happens(0, Join(), Phone($"1382000210{(int)dialect}")));
        var of = await on.Client.Post($"v1/persons/{ann}/member-codes", new { }).Json();
        var card = of.Text("card")!;
        var key = System.Buffers.Text.Base64Url.DecodeFromChars(of.Items("keys")[0].Text("key")!);
        var bobs = (await on.Client.Post($"v1/persons/{bob}/member-codes", new { }).Json()).Text("code")!;
        var now = MemberCode.StepAt(on.App.Get<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds());
        string Of(byte[] with, long step, string whose) => MemberCode.Write(MemberCode.DigitsOf(with, step), whose);

        (await Verify(on.Client, "hello").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("code_malformed");
        (await Verify(on.Client, "DK1:12345678:no-such-card").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("code_wrong");
        // Another's digits, another brand's key, a code from an hour ago.
        (await Verify(on.Client, MemberCode.Write(MemberCode.Read(bobs)!.Value.Digits, card)).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("code_wrong");
        (await Verify(on.Client, Of(new byte[32], now, card)).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("code_wrong");
        (await Verify(on.Client, Of(key, now - 120, card)).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("code_wrong");
        for (var i = 0; i < 7; i++) await Verify(on.Client, Of(new byte[32], now + i, card));

        (await Verify(on.Client, Of(key, now, card)).ProblemCode(HttpStatusCode.TooManyRequests)).ShouldBe("code_locked");
        (await Verify(on.Client, bobs).Json()).Number("person_id").ShouldBe(bob);
    }

    [Theory, OnBothBooks]
    public async Task Who_left_has_no_code(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var phone = Phone($"1382000300{(int)dialect}");
        var person = await on.Happens(0, Join(), phone);
        var code = (await on.Client.Post($"v1/persons/{person}/member-codes", new { }).Json()).Text("code")!;
        await on.Happens(1, new Danke.Contracts.Commands.MemberLeft("", null), phone);

        (await on.Client.Post($"v1/persons/{person}/member-codes", new { }).ProblemCode(HttpStatusCode.NotFound)).ShouldBe("not_a_member");
        (await Verify(on.Client, code).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("code_wrong");
        (await (await on.Analyst()).Post($"v1/persons/{person}/member-codes", new { }).ProblemCode(HttpStatusCode.Forbidden)).ShouldNotBeEmpty();
    }
}
