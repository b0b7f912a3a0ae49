using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Contracts.Persons;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Points;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Json;
using Danke.Platform.Paging;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using static Danke.Loyalty.Points.TillRequests;

namespace Danke.Loyalty.Pools;

/// <summary><c>/v1/loyalty/pools</c>: members who spend together. Every change names the member who makes it, and needs an Idempotency-Key.</summary>
internal static class PoolEndpoints
{
    /// <param name="PersonId">The owner.</param>
    /// <param name="Draws">soonest_expiry (left out): what ends soonest first, whoever's it is; spender_first: the spender's own first.</param>
    public sealed record OpenBody(long PersonId, string Title, string? Draws = null, string? Program = null);

    /// <param name="PersonId">The owner.</param>
    /// <param name="MostPerMonth">So many of the guest's points may the others spend in a month; left out: any number.</param>
    public sealed record InviteBody(long PersonId, long Guest, long? MostPerMonth = null);

    /// <param name="PersonId">Who joins, or leaves.</param>
    public sealed record MemberBody(long PersonId);

    /// <param name="PersonId">Who spends.</param>
    /// <param name="Reason">Shown to the members.</param>
    /// <param name="Order">The number of the spender's order that the points pay for, in <paramref name="Channel"/> and <paramref name="Shop"/>: its refunds bring points back, to each member what was theirs.</param>
    public sealed record SpendBody(long PersonId, long Points, string? Reason = null, string? Order = null, string? Channel = null, string? Shop = null) : ITillRequest
    {
        long? ITillRequest.PersonId => PersonId;
        IReadOnlyList<MemberIdentifier>? ITillRequest.Identifiers => null;
    }

    /// <param name="Points">Left out: all that has not come back yet.</param>
    public sealed record ReturnBody(long? Points = null);

    /// <param name="PersonId">Who sets the limit: the member, or the owner.</param>
    /// <param name="Member">Whose points they are.</param>
    /// <param name="MostPerMonth">So many of them may the others spend in a month, what was spent in this one included; left out: any number.</param>
    public sealed record LimitBody(long PersonId, long Member, long? MostPerMonth = null);

    public sealed record PoolCreated(long PoolId);

    /// <param name="Draws">soonest_expiry, spender_first.</param>
    /// <param name="OwnerName">As the caller may see it; null when it is not known.</param>
    /// <param name="Spendable">What its members hold together, whatever limits they set.</param>
    public sealed record PoolView(long PoolId, string Program, string Title, string State, string Draws, long Owner, string? OwnerName, long Spendable, DateTimeOffset OpenedAt, IReadOnlyList<PlaceView> Members);

    /// <param name="State">invited, member, left.</param>
    public sealed record PlaceView(long PersonId, string? Name, string State, long? MostPerMonth, long Spendable, DateTimeOffset Since);

    public sealed record PoolList(IReadOnlyList<PoolView> Items);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var pools = v1.MapGroup("/loyalty/pools").WithTags("Loyalty");
        pools.MapGet("", List).RequireScope(Scopes.LoyaltyRead).WithSummary("Pools, newest first: all, or those in one state.").Produces<Page<PoolView>>();
        pools.MapPost("", Open).RequireScope(Scopes.LoyaltyWrite).WithSummary("A member opens a pool and owns it.").Produces<PoolCreated>();
        pools.MapGet("/{id:long}", Read).RequireScope(Scopes.LoyaltyRead).WithSummary("A pool with its members.").Produces<PoolView>();
        pools.MapPost("/{id:long}/invitations", Invite).RequireScope(Scopes.LoyaltyWrite).WithSummary("The owner invites a member.").Produces<PoolCreated>();
        pools.MapPost("/{id:long}/joining", Join).RequireScope(Scopes.LoyaltyWrite).WithSummary("Who is invited joins.").Produces<PoolCreated>();
        pools.MapPost("/{id:long}/leaving", Leave).RequireScope(Scopes.LoyaltyWrite).WithSummary("A member leaves, or declines; when the owner leaves, the pool is closed.").Produces<PoolCreated>();
        pools.MapPost("/{id:long}/limits", Limit).RequireScope(Scopes.LoyaltyWrite).WithSummary("How many of a member's points the others may spend in a month: set by the member, or lowered by the owner.").Produces<PoolCreated>();
        pools.MapGet("/{id:long}/redemptions", Spent).RequireScope(Scopes.LoyaltyRead).WithSummary("What a pool spent, newest first.").Produces<Page<PoolRedemptionView>>();
        pools.MapPost("/{id:long}/redemptions", Spend).RequireScope(Scopes.LoyaltyWrite).WithSummary("A member spends points of the pool, drawn from its members' lots.").Produces<PoolRedemptionView>();
        pools.MapPost("/redemptions/{id:long}/returns", Return).RequireScope(Scopes.LoyaltyWrite).WithSummary("What a pool spent comes back, to each member what was theirs.").Produces<PoolRedemptionView>();
        v1.MapGet("/persons/{id:long}/pools", OfPerson).RequireScope(Scopes.LoyaltyRead).WithTags("Persons").WithSummary("The pools that a member is in or invited to.").Produces<PoolList>();
    }

    private static Task<IResult> Open(OpenBody body, HttpContext context, DirectCommands commands, TimeProvider clock) =>
        body.Title is null or { Length: 0 or > 100 } || !IsText(body.Title) ? Wrong("$.title: 1 to 100 characters.")
        : body.Draws is not (null or "soonest_expiry" or "spender_first") ? Wrong("$.draws: soonest_expiry or spender_first.")
        : Do(context, commands, clock, body.PersonId, new PoolOpened(string.IsNullOrEmpty(body.Program) ? ProgramBook.DefaultName : body.Program, body.Title, PoolRow.Parse(body.Draws ?? "")));

    private static Task<IResult> Invite(long id, InviteBody body, HttpContext context, DirectCommands commands, TimeProvider clock) =>
        body.MostPerMonth is < 0 ? Wrong("$.most_per_month: Not negative.") : Do(context, commands, clock, body.PersonId, new PoolInvited(id, body.Guest, body.MostPerMonth), new { pool = id, body.Guest, body.MostPerMonth });

    private static Task<IResult> Join(long id, MemberBody body, HttpContext context, DirectCommands commands, TimeProvider clock) => Do(context, commands, clock, body.PersonId, new PoolJoined(id), new { pool = id });

    private static Task<IResult> Leave(long id, MemberBody body, HttpContext context, DirectCommands commands, TimeProvider clock) => Do(context, commands, clock, body.PersonId, new PoolLeft(id), new { pool = id });

    private static Task<IResult> Limit(long id, LimitBody body, HttpContext context, DirectCommands commands, TimeProvider clock) =>
        body.MostPerMonth is < 0 ? Wrong("$.most_per_month: Not negative.") : Do(context, commands, clock, body.PersonId, new PoolLimited(id, body.Member, body.MostPerMonth), new { pool = id, body.Member, body.MostPerMonth });

    private static Task<IResult> Spend(long id, SpendBody body, HttpContext context, DirectCommands commands, TimeProvider clock) =>
        body.Points is < 1 or > EventJsonReader.MostPoints ? Wrong("$.points: At least 1.")
        : TillRequests.Wrong(body) is { } wrong ? Wrong(wrong)
        : Do(context, commands, clock, body.PersonId, new PoolRedeemed(id, body.Points, body.Reason, body.Order), new { pool = id, body.Points }, body.Channel, body.Shop);

    private static async Task<IResult> Return(long id, ReturnBody? body, HttpContext context, BooksStore books, DirectCommands commands, TimeProvider clock, CancellationToken cancel)
    {
        if (body?.Points is < 1 or > EventJsonReader.MostPoints) return await Wrong("$.points: At least 1.");
        var spender = (await books.Read("select person_id from pool_redemptions where pool_redemption_id = @id", r => r.GetInt64(0), [("id", id)], cancel)).FirstOrDefault();
        return spender == 0 ? Problem.NotFound("redemption_unknown", $"No pool spent {id}.") : await Do(context, commands, clock, spender, new PoolReturned(id, body?.Points), new { redemption = id, body?.Points });
    }

    private static async Task<IResult> Do(HttpContext context, DirectCommands commands, TimeProvider clock, long person, CommandBody body, object? detail = null, string? channel = null, string? shop = null)
    {
        if (commands.IdOf(context, out var problem) is not { } id) return problem!;
        var command = Command(id, clock.GetUtcNow().ToUnixTimeMilliseconds(), person, body) with { Channel = channel ?? DirectCommands.Source, Shop = shop ?? "" };
        // All that the request says: the body is a record of plain values.
        return await commands.Answer(context, command.Saying(string.Create(CultureInfo.InvariantCulture, $"{person}\0{body}\0{channel}\0{shop}")), detail);
    }

    private static Task<IResult> Wrong(string what) => Task.FromResult(Problem.Unacceptable("field_invalid", what));

    private static async Task<IResult> List(string? state, string? cursor, int? limit, HttpContext context, BooksStore books, IEnumerable<IPersonFacet<PersonLabel>> names, CancellationToken cancel)
    {
        var most = Cursor.Limit(limit);
        var ids = await books.Read("select pool_id from pools where pool_id < @before and (@state = '' or state = @state) order by pool_id desc limit @limit", r => r.GetInt64(0),
            [("before", Cursor.Before(cursor)), ("state", state ?? ""), ("limit", most + 1L)], cancel);
        return Results.Ok(Page<PoolView>.Of(await Views(context, books, names, [.. ids], cancel), most, p => [p.PoolId]));
    }

    private static async Task<IResult> Spent(long id, string? cursor, int? limit, BooksStore books, CancellationToken cancel)
    {
        if ((await books.Read("select 1 from pools where pool_id = @id", r => r.GetInt32(0), [("id", id)], cancel)).Count == 0) return Problem.NotFound("pool_unknown", $"There is no pool {id}.");
        var most = Cursor.Limit(limit);
        var together = await books.Read("""
            select pool_redemption_id from pool_redemptions where pool_id = @pool and pool_redemption_id = redemption_id and pool_redemption_id < @before order by pool_redemption_id desc limit @limit
            """, r => r.GetInt64(0), [("pool", id), ("before", Cursor.Before(cursor)), ("limit", most + 1L)], cancel);
        return Results.Ok(Page<PoolRedemptionView>.Of(await Redemptions(books, [.. together], cancel), most, r => [r.PoolRedemptionId]));
    }

    private static async Task<IReadOnlyList<PoolRedemptionView>> Redemptions(BooksStore books, long[] together, CancellationToken cancel)
    {
        if (together.Length == 0) return [];
        var parts = await books.Read(PoolPartRow.Select + " where pool_redemption_id in ({keys}) order by redemption_id", PoolPartRow.Read, [("keys", together)], cancel);
        var ids = parts.Select(p => p.RedemptionId).ToArray();
        var draws = (await books.Read(DrawRow.Select + " where redemption_id in ({keys}) order by redemption_id, place", DrawRow.Read, [("keys", ids)], cancel)).ToLookup(d => d.RedemptionId, d => d.Draw);
        var rows = (await books.Read(RedemptionRow.Select + " where redemption_id in ({keys})", RedemptionRow.Read, [("keys", ids)], cancel))
            .ToDictionary(r => r.Id, r => r with { Redemption = r.Redemption with { Draws = [.. draws[r.Id]] } });
        return [.. parts.GroupBy(p => p.Together).OrderByDescending(g => g.Key).Select(g => PoolRedemptionView.Of([.. g], [.. g.Select(p => rows[p.RedemptionId])], []))];
    }

    private static async Task<IResult> Read(long id, HttpContext context, BooksStore books, IEnumerable<IPersonFacet<PersonLabel>> names, CancellationToken cancel) =>
        (await Views(context, books, names, [id], cancel)) is [var view] ? Results.Ok(view) : Problem.NotFound("pool_unknown", $"There is no pool {id}.");

    private static async Task<IResult> OfPerson(long id, HttpContext context, BooksStore books, IEnumerable<IPersonFacet<PersonLabel>> names, IPersonDirectory directory, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is not { } person) return Problem.NotFound("no_such_person", $"There is no person {id}.");
        var ids = await books.Read("select distinct pool_id from pool_members where person_id = @person and state <> 'left'", r => r.GetInt64(0), [("person", person)], cancel);
        return Results.Ok(new PoolList(await Views(context, books, names, [.. ids], cancel)));
    }

    private static async Task<IReadOnlyList<PoolView>> Views(HttpContext context, BooksStore books, IEnumerable<IPersonFacet<PersonLabel>> names, long[] ids, CancellationToken cancel)
    {
        if (ids.Length == 0) return [];
        var pools = await books.Read(PoolRow.Select + " where pool_id in ({keys}) order by pool_id desc", PoolRow.Read, [("keys", ids)], cancel);
        var places = await books.Read("""
            select p.pool_id, p.person_id, p.state, p.most_per_month, p.at_ms, coalesce(m.points_spendable, 0) from pool_members p
            join pools o on o.pool_id = p.pool_id left join memberships m on m.person_id = p.person_id and m.program = o.program
            where p.pool_id in ({keys}) order by p.pool_member_id
            """, r => (Pool: r.GetInt64(0), View: new PlaceView(r.GetInt64(1), null, r.GetString(2), r.LongOrNull(3), r.GetInt64(5), r.GetInt64(4).ToInstant())), [("keys", ids)], cancel);
        var known = await names.For(context, places.Select(p => p.View.PersonId).Concat(pools.Select(p => p.PersonId)), cancel);
        return [.. pools.Select(p => new PoolView(p.Id, p.Program, p.Title, p.State, PoolRow.Word(p.Draws), p.PersonId, known.GetValueOrDefault(p.PersonId),
            places.Where(m => m.Pool == p.Id && m.View.State == PoolMemberRow.Member).DistinctBy(m => m.View.PersonId).Sum(m => Math.Max(0, m.View.Spendable)), p.AtMs.ToInstant(),
            [.. places.Where(m => m.Pool == p.Id).Select(m => m.View with { Name = known.GetValueOrDefault(m.View.PersonId) })]))];
    }
}
