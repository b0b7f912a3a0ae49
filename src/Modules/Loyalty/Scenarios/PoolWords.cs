using System.Globalization;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Loyalty.Pools;
using Danke.Platform.Books;
using Danke.Platform.Scenarios;

namespace Danke.Loyalty.Scenarios;

/// <summary>Members who spend together. Pools are spoken of by their titles.</summary>
internal static class PoolWords
{
    public static IReadOnlyList<StepWord> Steps { get; } =
    [
        Word("pooled", "A member opens a pool.", (_, given) => Task.FromResult<CommandBody>(new PoolOpened(PersonCriteria.DefaultProgram, given["pool"]!.GetValue<string>(), PoolRow.Parse(given["draws"]?.GetValue<string>() ?? ""))),
            ("draws", Shape.OneOf("soonest_expiry", "spender_first"))),
        Word("invited", "The owner of a pool invites a member.", async (stage, given) => new PoolInvited(await Pool(stage, given), await stage.Person(given["guest"]!), given["most_per_month"]?.GetValue<long>()),
            ("guest", Shape.Who()), ("most_per_month", Shape.Whole("Of the guest's points, by the others.").OrNothing())),
        Word("joined_pool", "Who is invited joins.", async (stage, given) => new PoolJoined(await Pool(stage, given))),
        Word("left_pool", "A member leaves a pool.", async (stage, given) => new PoolLeft(await Pool(stage, given))),
        Word("limited", "The limit of a member's place in a pool changes; by the owner, or by the member.", async (stage, given) => new PoolLimited(await Pool(stage, given), await stage.Person(given["member"]!), given["most_per_month"]?.GetValue<long>()),
            ("member", Shape.Who()), ("most_per_month", Shape.Whole("Of the member's points, by the others.").OrNothing())),
        Word("redeemed_together", "A member spends points of the pool.", async (stage, given) => new PoolRedeemed(await Pool(stage, given), given["points"]!.GetValue<long>(), null, given["order"]?.GetValue<string>()),
            ("points", Shape.Whole()), ("order", Shape.Text("The order that they pay for.")), ("channel", Shape.Text("Of the order; 'store' when left out."))),
        Word("returned_together", "The newest spending of the pool comes back.", async (stage, given) => new PoolReturned((await stage.Books.Read("select max(pool_redemption_id) from pool_redemptions where pool_id = @pool",
            r => r.LongOrNull(0), [("pool", await Pool(stage, given))]))[0] ?? 0, given["points"]?.GetValue<long>()), ("points", Shape.Whole("All when left out."))),
    ];

    public static ExpectWord Pools { get; } = new("pools", Shape.Map(Shape.Fields(("state", Shape.OneOf("open", "closed")), ("members", Shape.List(Shape.Text()).Says("Persons' numbers with their states, in order of coming."))))
        .Says("Pools by title."), async (stage, expected) =>
        {
            var actual = new JsonObject();
            foreach (var (title, _) in expected.AsObject())
            {
                var pool = (await stage.Books.Read(PoolRow.Select + " where title = @title", PoolRow.Read, [("title", title)])).FirstOrDefault();
                if (pool is null) continue;
                var members = await stage.Books.Read(PoolMemberRow.Select + " where pool_id = @pool order by pool_member_id", PoolMemberRow.Read, [("pool", pool.Id)]);
                actual[title] = new JsonObject { ["state"] = pool.State, ["members"] = new JsonArray([.. members.Select(m => (JsonNode)string.Create(CultureInfo.InvariantCulture, $"{m.PersonId} {m.State}"))]) };
            }
            return actual;
        });

    private static async Task<long> Pool(ScenarioStage stage, JsonNode given) =>
        (await stage.Books.Read("select pool_id from pools where title = @title", r => r.GetInt64(0), [("title", given["pool"]!.GetValue<string>())])).FirstOrDefault();

    private static StepWord Word(string name, string says, Func<ScenarioStage, JsonNode, Task<CommandBody>> body, params (string, JsonObject)[] also) =>
        new(name, Shape.Fields([("who", Shape.Who()), ("pool", Shape.Text("Its title.")), .. also]).Needs("who", "pool").Says(says), async (stage, happening) =>
        {
            var said = await happening.ByOperator(stage, await body(stage, happening.Given));
            return [said.Body is PoolRedeemed { Order: not null } ? said with { Channel = happening.Given["channel"]?.GetValue<string>() ?? "store" } : said];
        });
}
