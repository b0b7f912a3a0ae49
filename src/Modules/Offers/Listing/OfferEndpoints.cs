using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Engines.Offers;
using Danke.Offers.Checkouts;
using Danke.Offers.Taking;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Definitions;
using Danke.Platform.Door;
using Danke.Platform.Json;
using Danke.Platform.Paging;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Offers.Listing;

/// <summary><c>/v1/offers</c> and whose coupons are whose: what each offer gives, how far it is used, its coupons and uses, and issuing them.</summary>
internal static class OfferEndpoints
{
    /// <summary>More at once is a campaign and not a hand's work.</summary>
    private const int MostAtOnce = 100;

    /// <summary>An offer in force, how far it is used, and what stops it. Amounts in minor units of <paramref name="Currency"/>.</summary>
    /// <param name="State">upcoming, running, ended (its last day is over), exhausted (a limit or the budget is reached).</param>
    /// <param name="EndsAt">00:00 after its last day; null: never.</param>
    /// <param name="CouponsUnused">Of the coupons, those neither locked nor used, whose time is not over.</param>
    /// <param name="Locked">Of the uses, those that are locked.</param>
    public sealed record OfferView(
        string Name, string Title, string TitleEn, long Version, string State, string Currency, Discount Discount, long MinimumSpendMinor, OfferCode Code, OfferLimits Limits, OverBudget OverBudget, ZeroEffect ZeroEffect, int LockDays,
        int? DaysAfterIssuing, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt, long Coupons, long CouponsUnused, long Uses, long Locked, long SpentMinor);

    public sealed record OfferList(IReadOnlyList<OfferView> Items);

    /// <param name="PersonName">As the caller may see it; null when it is not known.</param>
    public sealed record IssuedCoupon(CouponView Coupon, string? PersonName);

    /// <param name="PersonName">As the caller may see it; null when it is not known.</param>
    public sealed record OfferUseLine(UseView Use, string? PersonName);

    /// <param name="Title">Of the offer, in Chinese.</param>
    /// <param name="Usable">Neither locked nor used, begun and not over.</param>
    public sealed record PersonCoupon(CouponView Coupon, string Title, string TitleEn, Discount Discount, string Currency, long MinimumSpendMinor, bool Usable);

    public sealed record PersonCoupons(IReadOnlyList<PersonCoupon> Items);

    /// <param name="PersonId">To whom, by number; or <paramref name="Identifiers"/>, of which the first that somebody has says who.</param>
    /// <param name="GrantKey">What it is given for, 1 to 100 characters: asked again under the same key, the answer is the same coupon.</param>
    public sealed record IssueBody(long? PersonId = null, IReadOnlyList<CustomerIdentifier>? Identifiers = null, string? GrantKey = null);

    /// <param name="Persons">Numbers, at most 100.</param>
    public sealed record PreviewBody(IReadOnlyList<long> Persons);

    /// <summary>What issuing to these persons would come to.</summary>
    /// <param name="WillIssue">How many would be issued.</param>
    /// <param name="Left">How many coupons there may still be before that; null: any number.</param>
    /// <param name="EndsAt">When coupons issued now are over; null: never.</param>
    public sealed record IssuePreview(int WillIssue, long? Left, DateTimeOffset? EndsAt, IReadOnlyList<PreviewedPerson> Persons);

    /// <param name="PersonId">Today's number; the one asked for when there is nobody.</param>
    /// <param name="Held">Coupons of the offer that the person has already.</param>
    /// <param name="Refused">Why there will be none: no_such_person, offer_ended, coupons_exhausted; null: one will be issued.</param>
    public sealed record PreviewedPerson(long PersonId, string? PersonName, long Held, string? Refused);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var offers = v1.MapGroup("/offers").WithTags("Offers");
        offers.MapGet("", List).RequireScope(Scopes.LoyaltyRead).WithSummary("Every offer in force with how far it is used.").Produces<OfferList>();
        offers.MapGet("/{name}", Read).RequireScope(Scopes.LoyaltyRead).WithSummary("An offer in force with how far it is used.").Produces<OfferView>();
        offers.MapGet("/{name}/coupons", Coupons).RequireScope(Scopes.LoyaltyRead).WithSummary("An offer's coupons, newest first; ?state=issued|locked|used.").Produces<Page<IssuedCoupon>>();
        offers.MapPost("/{name}/coupons", Issue).RequireScope(Scopes.LoyaltyWrite).WithSummary("Issues a coupon to a person.").Produces<CouponView>();
        offers.MapPost("/{name}/coupons/preview", Preview).RequireScope(Scopes.LoyaltyRead).WithSummary("What issuing coupons to persons would come to; nothing changes.").Produces<IssuePreview>();
        offers.MapGet("/{name}/uses", Uses).RequireScope(Scopes.LoyaltyRead).WithSummary("An offer's locks and uses, newest first; ?state=locked|used|released|lapsed|reverted.").Produces<Page<OfferUseLine>>();
        v1.MapGet("/coupons/{id:long}", Coupon).RequireScope(Scopes.LoyaltyRead).WithTags("Coupons").WithSummary("A coupon.").Produces<CouponView>();
        v1.MapGet("/persons/{id:long}/coupons", OfPerson).RequireScope(Scopes.LoyaltyRead).WithTags("Persons").WithSummary("A person's coupons, those that may be used first, then newest first.").Produces<PersonCoupons>();
    }

    private static async Task<IResult> List(BooksStore books, DefinitionStore definitions, TimeProvider clock, CancellationToken cancel)
    {
        var live = (await definitions.AllLive("offer", cancel)).Select(d => OfferDocument.Read(d.Body, d.Version)).ToList();
        return Results.Ok(new OfferList(await Views(books, live, clock.GetUtcNow().ToUnixTimeMilliseconds(), cancel)));
    }

    private static async Task<IResult> Read(string name, BooksStore books, DefinitionStore definitions, TimeProvider clock, CancellationToken cancel) =>
        await Live(definitions, name, cancel) is { } offer ? Results.Ok((await Views(books, [offer], clock.GetUtcNow().ToUnixTimeMilliseconds(), cancel))[0]) : Unknown(name);

    private static async Task<Offer?> Live(DefinitionStore definitions, string name, CancellationToken cancel) =>
        await definitions.Live("offer", name, cancel) is { } live ? OfferDocument.Read(live.Body, live.Version) : null;

    private static IResult Unknown(string name) => Problem.NotFound("offer_unknown", $"No offer '{name}' is in force.");

    private static async Task<IReadOnlyList<OfferView>> Views(BooksStore books, IReadOnlyList<Offer> offers, long nowMs, CancellationToken cancel)
    {
        var names = offers.Select(o => o.Name).ToArray();
        var counts = (await books.Read(CountsRow.Select + " where offer in ({keys:text})", CountsRow.Read, [("keys", names)], cancel)).ToDictionary(c => c.Offer);
        var unused = (await books.Read("select offer, count(*) from coupons where offer in ({keys:text}) and state = 'issued' and (ends_at_ms is null or ends_at_ms > @now) group by offer",
            r => (r.GetString(0), r.GetInt64(1)), [("keys", names), ("now", nowMs)], cancel)).ToDictionary(c => c.Item1, c => c.Item2);
        var locked = (await books.Read("select offer, count(*) from offer_uses where offer in ({keys:text}) and state = 'locked' and counts = 1 group by offer",
            r => (r.GetString(0), r.GetInt64(1)), [("keys", names)], cancel)).ToDictionary(c => c.Item1, c => c.Item2);
        return [.. offers.Select(o => View(o, counts.GetValueOrDefault(o.Name) ?? new CountsRow(o.Name, 0, default), unused.GetValueOrDefault(o.Name), locked.GetValueOrDefault(o.Name), nowMs))];
    }

    private static OfferView View(Offer o, CountsRow counts, long unused, long locked, long nowMs) => new(
        o.Name, o.Title, o.TitleEn, o.Version, StateOf(o, counts, nowMs), o.Currency, o.Discount, o.MinimumSpendMinor, o.Code, o.Limits, o.OverBudget, o.ZeroEffect, o.LockDays, o.Validity.DaysAfterIssuing,
        o.StartsAtMs().ToInstant(), o.EndsAtMs().ToInstant(), counts.Coupons, unused, counts.Held.Uses, locked, counts.Held.SpentMinor);

    private static string StateOf(Offer offer, CountsRow counts, long nowMs) =>
        offer.StartsAtMs() > nowMs ? "upcoming" : offer.EndsAtMs() <= nowMs ? "ended"
        : counts.Held.Uses >= offer.Limits.Uses || counts.Held.SpentMinor >= offer.Limits.BudgetMinor ? "exhausted" : "running";

    private static async Task<IResult> Coupons(
        string name, string? state, string? cursor, int? limit, BooksStore books, IEnumerable<IPersonFacet<PersonLabel>> labels, HttpContext context, CancellationToken cancel)
    {
        if (state is not (null or "issued" or "locked" or "used")) return Problem.Invalid("bad_state", "The state is issued, locked or used.");
        var most = Cursor.Limit(limit);
        var rows = await books.Read(CouponRow.Select + " where offer = @offer and coupon_id < @before and (@state = '' or state = @state) order by coupon_id desc limit @limit", CouponRow.Read,
            [("offer", name), ("before", Cursor.Before(cursor)), ("state", state ?? ""), ("limit", most + 1L)], cancel);
        var names = await labels.For(context, rows.Select(r => r.PersonId), cancel);
        return Results.Ok(Page<IssuedCoupon>.Of([.. rows.Select(r => new IssuedCoupon(CouponView.Of(r), names.GetValueOrDefault(r.PersonId)))], most, c => [c.Coupon.CouponId]));
    }

    private static async Task<IResult> Uses(
        string name, string? state, string? cursor, int? limit, BooksStore books, IEnumerable<IPersonFacet<PersonLabel>> labels, HttpContext context, CancellationToken cancel)
    {
        if (state is not (null or "locked" or "used" or "released" or "lapsed" or "reverted")) return Problem.Invalid("bad_state", "The state is locked, used, released, lapsed or reverted.");
        var most = Cursor.Limit(limit);
        var rows = await books.Read(UseRow.Select + " where offer = @offer and offer_use_id < @before and (@state = '' or state = @state) order by offer_use_id desc limit @limit", UseRow.Read,
            [("offer", name), ("before", Cursor.Before(cursor)), ("state", state ?? ""), ("limit", most + 1L)], cancel);
        var names = await labels.For(context, rows.Select(r => r.PersonId), cancel);
        return Results.Ok(Page<OfferUseLine>.Of([.. rows.Select(r => new OfferUseLine(UseView.Of(r), names.GetValueOrDefault(r.PersonId)))], most, u => [u.Use.UseId]));
    }

    private static async Task<IResult> Issue(string name, IssueBody body, HttpContext context, IPersonLookup lookup, DirectCommands commands, CancellationToken cancel)
    {
        if (Wrong(body) is { } wrong) return Problem.Unacceptable("field_invalid", wrong);
        if ((body.PersonId ?? await lookup.Find(body.Identifiers, cancel)) is not { } person) return Problem.Unacceptable("person_needed", "Nobody is known by that.");
        var issued = new CouponIssued(name, body.GrantKey);
        var said = $"{issued}\0{string.Join('\u0001', (body.Identifiers ?? []).Select(i => $"{i.Namespace}\u0002{i.Scope}\u0002{i.Value}"))}";
        var (command, problem) = commands.Make(context, body.PersonId ?? 0, issued, said, needsKey: true);
        return command is null ? problem! : await CheckoutEndpoints.Answer(context, commands, command with { PersonId = person }, new { offer = name });
    }

    private static string? Wrong(IssueBody body) => body switch
    {
        { PersonId: null, Identifiers: null or { Count: 0 } } => "$.identifiers: Say to whom: identifiers, or person_id.",
        { PersonId: not null, Identifiers.Count: > 0 } => "$.person_id: Either person_id or identifiers, not both.",
        { PersonId: < 1 } => "$.person_id: At least 1.",
        { GrantKey.Length: 0 or > 100 } => "$.grant_key: 1 to 100 characters.",
        _ when !CheckoutEndpoints.IsText(body.GrantKey) => "$.grant_key: No control characters.",
        _ => CheckoutEndpoints.WrongWhose(body.Identifiers),
    };

    private static async Task<IResult> Preview(
        string name, PreviewBody body, BooksStore books, DefinitionStore definitions, IPersonDirectory directory, IEnumerable<IPersonFacet<PersonLabel>> labels, HttpContext context, TimeProvider clock, CancellationToken cancel)
    {
        if (body.Persons is not { Count: > 0 and <= MostAtOnce }) return Problem.Unacceptable("field_invalid", $"$.persons: 1 to {MostAtOnce} numbers.");
        if (await Live(definitions, name, cancel) is not { } offer) return Unknown(name);
        if (!offer.IsPersonal) return Problem.Unacceptable("offer_not_personal", "The offer has no personal coupons: it is used by itself or by its code.");
        var asked = new List<(long Asked, long? Now)>();
        foreach (var person in body.Persons.Distinct()) asked.Add((person, await directory.Current(person, cancel)));
        var known = asked.Where(a => a.Now is not null).Select(a => a.Now!.Value).ToArray();
        var held = (await books.Read("select person_id, count(*) from coupons where person_id in ({keys}) and offer = @offer group by person_id", r => (r.GetInt64(0), r.GetInt64(1)), [("keys", known), ("offer", name)], cancel))
            .ToDictionary(h => h.Item1, h => h.Item2);
        var names = await labels.For(context, known, cancel);
        var issued = (await books.Read(CountsRow.Select + " where offer = @offer", CountsRow.Read, [("offer", name)], cancel)).FirstOrDefault()?.Coupons ?? 0;
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var persons = new List<PreviewedPerson>();
        foreach (var (number, person) in asked)
        {
            var refused = person is null ? "no_such_person" : Engines.Offers.Taking.AgainstIssuing(offer, issued + persons.Count(p => p.Refused is null), false, now) is { } why ? OfferWords.Of(why) : null;
            persons.Add(new PreviewedPerson(person ?? number, person is { } p ? names.GetValueOrDefault(p) : null, person is { } q ? held.GetValueOrDefault(q) : 0, refused));
        }
        return Results.Ok(new IssuePreview(persons.Count(p => p.Refused is null), offer.Limits.Coupons is { } most ? Math.Max(0, most - issued) : null, offer.CouponEndsAtMs(now).ToInstant(), persons));
    }

    private static async Task<IResult> Coupon(long id, BooksStore books, CancellationToken cancel) =>
        await books.Read(CouponRow.Select + " where coupon_id = @id", CouponRow.Read, [("id", id)], cancel) is [var row] ? Results.Ok(CouponView.Of(row)) : Problem.NotFound("coupon_unknown", $"There is no coupon {id}.");

    private static async Task<IResult> OfPerson(long id, BooksStore books, IPersonDirectory directory, TimeProvider clock, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is not { } person) return Problem.NotFound("no_such_person", $"There is no person {id}.");
        var rows = await books.Read(CouponRow.Select + " where person_id = @person order by coupon_id desc limit 500", CouponRow.Read, [("person", person)], cancel);
        var terms = (await books.Read("select name, version, body from definitions where kind = 'offer' and name in ({keys:text})", r => (Name: r.GetString(0), Version: r.GetInt64(1), Body: r.GetString(2)),
            [("keys", rows.Select(r => r.Offer).Distinct().ToArray())], cancel)).ToDictionary(d => (d.Name, d.Version), d => OfferBook.Read(d.Body, d.Version));
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return Results.Ok(new PersonCoupons([.. rows.Where(r => terms.GetValueOrDefault((r.Offer, r.Version)) is not null).Select(r => View(r, terms[(r.Offer, r.Version)]!, now)).OrderByDescending(c => c.Usable)]));
    }

    private static PersonCoupon View(CouponRow row, Offer terms, long nowMs) => new(CouponView.Of(row), terms.Title, terms.TitleEn, terms.Discount, terms.Currency, terms.MinimumSpendMinor,
        row.State == CouponState.Issued && !(row.EndsAtMs <= nowMs) && !(terms.StartsAtMs() > nowMs));
}
