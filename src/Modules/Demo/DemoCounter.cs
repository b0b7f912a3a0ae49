using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Danke.Engines.Demo;

namespace Danke.Demo;

/// <summary>
/// What happens at the brand's counters today and is no event of a channel: families open pools and spend together, members use their benefits, and somebody
/// asks for more points than one person may give; newcomers are issued coupons, and checkouts use them and a code. It is asked for over the API, as a till does. Safe to do again: each request has a key of its own, and counts once.
/// </summary>
internal static class DemoCounter
{
    /// <summary>Enough for a page of the list.</summary>
    private const int Families = 12;

    /// <summary>Of each tier that has something to use.</summary>
    private const int Guests = 25;

    /// <summary>Who come to the checkouts with coupons and the code.</summary>
    private const int Customers = 80;

    /// <returns>How many requests were refused: who has left, or has too few points.</returns>
    public static async Task<int> Play(HttpClient client, DemoPlan plan, CancellationToken cancel)
    {
        var till = new Till(client, cancel);
        var nth = 0;
        foreach (var cards in DemoFamilies.Of(plan, Families)) await SpendTogether(till, cards, nth++);
        await AskForMuch(till, plan);
        foreach (var (tier, benefits) in new (string, string[])[] { ("jade", ["facial", "shipping"]), ("moss", ["shipping"]) }) await UseBenefits(till, tier, benefits);
        await UseOffers(till);
        return till.Refused;
    }

    // Those seen last get a coupon; two of three use it, one of those changes their mind. Others type the code; some checkouts are under way.
    private static async Task UseOffers(Till till)
    {
        var members = (await till.Get($"v1/persons?member=true&limit={Customers}"))["items"]!.AsArray().Select(p => p!["person_id"]!.GetValue<long>()).ToList();
        for (var i = 0; i < members.Count; i++)
        {
            var basket = 12_000 + i * 1_370;
            if (i % 2 == 0)
            {
                var coupon = await till.Post("v1/offers/welcome-coupon/coupons", $"coupon-{members[i]}", new { person_id = members[i], grant_key = $"welcome/{members[i]}" });
                if (coupon is null || i % 6 == 0) continue;
                var use = await till.Post("v1/coupons/uses", $"use-coupon-{members[i]}", new { coupon_id = coupon["coupon_id"]!.GetValue<long>(), person_id = members[i], basket_minor = basket, currency = "CNY" });
                if (i % 10 == 8 && use is not null) await till.Post($"v1/coupons/uses/{use["use_id"]}/reverts", $"revert-{members[i]}", new { });
                continue;
            }
            var session = string.Create(CultureInfo.InvariantCulture, $"demo-{members[i]}");
            var locked = await till.Post("v1/coupons/locks", $"lock-{members[i]}", new { code = "moss10", session, person_id = members[i], basket_minor = basket, currency = "CNY" });
            if (locked is not null && i % 8 != 7) await till.Post($"v1/coupons/sessions/{session}/redemption", $"redeem-{members[i]}", new { });
        }
    }

    // Those seen last; every fifth uses one again, and the fourth's was a mistake.
    private static async Task UseBenefits(Till till, string tier, string[] benefits)
    {
        var members = (await till.Get($"v1/persons?member=true&tier={tier}&limit={Guests}"))["items"]!.AsArray().Select(p => p!["person_id"]!.GetValue<long>()).ToList();
        for (var i = 0; i < members.Count; i++)
        {
            var benefit = benefits[i % benefits.Length];
            var order = benefit == "shipping" ? (await till.Get($"v1/persons/{members[i]}/orders?limit=1"))["items"]!.AsArray().FirstOrDefault() : null;
            var use = new
            {
                person_id = members[i],
                benefit,
                reason = benefit == "facial" ? "到店护理" : null,
                order = order?["number"]?.GetValue<string>(),
                channel = order?["channel"]?.GetValue<string>(),
                shop = order?["shop"]?.GetValue<string>(),
            };
            var used = await till.Post("v1/loyalty/benefits/use", $"use-{members[i]}-{benefit}", use);
            if (i % 5 == 0) await till.Post("v1/loyalty/benefits/use", $"again-{members[i]}-{benefit}", use);
            if (i == 3 && used is not null) await till.Post($"v1/loyalty/benefits/uses/{used["use_id"]}/reversal", $"undo-{members[i]}", new { reason = "点错会员" });
        }
    }

    // More than one person may give: somebody else says yes or no.
    private static async Task AskForMuch(Till till, DemoPlan plan)
    {
        if (await till.Member(DemoFamilies.CardOf(plan, 0)) is { } first) await till.Post($"v1/persons/{first}/points-adjustments", "much", new { points = 3_000, reason = "客诉补偿，门店已核实" });
        if (await till.Member(DemoFamilies.CardOf(plan, 1)) is { } second) await till.Post($"v1/persons/{second}/points-adjustments", "many-coins", new { points = 800, point_type = "coins", reason = "活动漏发补记" });
    }

    private static async Task SpendTogether(Till till, ImmutableArray<string> cards, int nth)
    {
        var members = new List<long>();
        foreach (var card in cards)
            if (await till.Member(card) is { } member && !members.Contains(member)) members.Add(member);
        if (members.Count < 2) return;
        var owner = members[0];
        var title = (await till.Get($"v1/persons/{owner}"))["profile"]?["name"]?.GetValue<string>() is { Length: > 0 } name ? $"{name[..1]}家" : "我们家";
        if (await till.Post("v1/loyalty/pools", $"pool-{cards[0]}", new { person_id = owner, title, draws = nth % 3 == 1 ? "spender_first" : "soonest_expiry" }) is not { } opened) return;
        var pool = opened["pool_id"]!.GetValue<long>();
        foreach (var guest in members.Skip(1))
        {
            await till.Post($"v1/loyalty/pools/{pool}/invitations", $"invite-{guest}", new { person_id = owner, guest, most_per_month = nth % 2 == 1 ? 500 : (int?)null });
            // The third family's last guest has not made up their mind.
            if (nth != 2 || guest != members[^1]) await till.Post($"v1/loyalty/pools/{pool}/joining", $"join-{guest}", new { person_id = guest });
        }
        await Spend(till, pool, members, nth);
    }

    // Half of what they hold, in fifties: so much is there whatever limits they set, of the spender's own or of the others'.
    private static async Task Spend(Till till, long pool, List<long> members, int nth)
    {
        var points = (await till.Get($"v1/loyalty/pools/{pool}"))["spendable"]!.GetValue<long>() / 2 / 50 * 50;
        if (points == 0) return;
        var order = nth % 2 == 0 ? (await till.Get($"v1/persons/{members[0]}/orders?limit=1"))["items"]!.AsArray().FirstOrDefault() : null;
        var spent = await till.Post($"v1/loyalty/pools/{pool}/redemptions", $"spend-{pool}", new
        {
            person_id = members[0],
            points = Math.Min(points, 500),
            reason = "家人一起兑换",
            order = order?["number"]?.GetValue<string>(),
            channel = order?["channel"]?.GetValue<string>(),
            shop = order?["shop"]?.GetValue<string>(),
        });
        // One family brings half of it back.
        if (nth == 1 && spent is not null)
            await till.Post($"v1/loyalty/pools/redemptions/{spent["pool_redemption_id"]}/returns", $"back-{pool}", new { points = Math.Min(points, 500) / 2 });
    }

    private sealed class Till(HttpClient client, CancellationToken cancel)
    {
        public int Refused { get; private set; }

        /// <summary>Who has the card.</summary>
        public async Task<long?> Member(string card) =>
            (await Get($"v1/persons?q={card}&limit=1"))["items"]!.AsArray().FirstOrDefault()?["person_id"]!.GetValue<long>();

        public async Task<JsonNode> Get(string path) => (await client.GetFromJsonAsync<JsonNode>(path, cancel))!;

        /// <summary>Null when it is refused.</summary>
        public async Task<JsonNode?> Post(string path, string key, object body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
            request.Headers.Add("Idempotency-Key", string.Create(CultureInfo.InvariantCulture, $"demo-{key}"));
            using var answer = await client.SendAsync(request, cancel);
            var said = await answer.Content.ReadFromJsonAsync<JsonNode>(cancel);
            if (answer.IsSuccessStatusCode) return said;
            if ((int)answer.StatusCode is not (404 or 409 or 422)) throw new HttpRequestException($"{path}: {(int)answer.StatusCode} {said?["detail"]}");
            Refused++;
            return null;
        }
    }
}
