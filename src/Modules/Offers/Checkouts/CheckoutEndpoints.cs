using System.Globalization;
using System.Text;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Contracts.Persons;
using Danke.Engines.Offers;
using Danke.Offers.Taking;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Offers.Checkouts;

/// <summary>One of a customer's identifiers, as tills and shops send them.</summary>
public sealed record CustomerIdentifier(string Namespace, string Value, string? Scope = null);

/// <summary>
/// <c>/v1/coupons/…</c>: tills and shops lock an offer for a checkout and redeem or release it, use one at once, and take uses back. Every change needs
/// an Idempotency-Key.
/// </summary>
internal static class CheckoutEndpoints
{
    /// <summary>A year.</summary>
    private const int LongestLock = 366 * 86_400;

    /// <summary>Which offer a checkout wants for which basket. The offer is named by one of coupon_id, code and offer.</summary>
    /// <param name="BasketMinor">What the discount is of, in minor units of <paramref name="Currency"/>.</param>
    /// <param name="Offer">The name of an offer without code.</param>
    /// <param name="Code">A shared code, as the customer typed it.</param>
    /// <param name="CouponId">The number of a coupon of the customer's.</param>
    /// <param name="Session">Of a lock: your key of the checkout, 1 to 100 of letters, digits, . _ : ~ and -; the same again overrides.</param>
    /// <param name="PersonId">The customer by number; or <paramref name="Identifiers"/>, of which the first that somebody has says who; or neither: a guest.</param>
    /// <param name="Order">The number of the order, in <paramref name="Channel"/> and <paramref name="Shop"/>: when it is cancelled, the use comes back.</param>
    /// <param name="TtlSeconds">Of a lock: how long it holds; left out, as long as the offer says.</param>
    public sealed record TakingBody(
        long BasketMinor, string Currency, string? Offer = null, string? Code = null, long? CouponId = null, string? Session = null, long? PersonId = null,
        IReadOnlyList<CustomerIdentifier>? Identifiers = null, string? Order = null, string? Channel = null, string? Shop = null, int? TtlSeconds = null);

    /// <param name="AmountMinor">How much of the discount comes back; left out: all that has not.</param>
    public sealed record RevertBody(long? AmountMinor = null);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var coupons = v1.MapGroup("/coupons").WithTags("Coupons");
        coupons.MapPost("/locks", Lock).RequireScope(Scopes.LoyaltyWrite).WithSummary("Keeps an offer for a checkout until it is redeemed, released or lapses; the same session again overrides.").Produces<UseView>();
        coupons.MapPost("/uses", Use).RequireScope(Scopes.LoyaltyWrite).WithSummary("Uses an offer at once.").Produces<UseView>();
        coupons.MapGet("/uses/{id:long}", ReadUse).RequireScope(Scopes.LoyaltyRead).WithSummary("A lock or use.").Produces<UseView>();
        coupons.MapPost("/uses/{id:long}/redemption", (long id, HttpContext context, BooksStore books, DirectCommands commands, CancellationToken cancel) => SettleUse(OfferUseStep.Redeemed, id, null, context, books, commands, cancel))
            .RequireScope(Scopes.LoyaltyWrite).WithSummary("Redeems one lock.").Produces<UseView>();
        coupons.MapPost("/uses/{id:long}/release", (long id, HttpContext context, BooksStore books, DirectCommands commands, CancellationToken cancel) => SettleUse(OfferUseStep.Released, id, null, context, books, commands, cancel))
            .RequireScope(Scopes.LoyaltyWrite).WithSummary("Gives up one lock.").Produces<UseView>();
        coupons.MapPost("/uses/{id:long}/reverts", Revert).RequireScope(Scopes.LoyaltyWrite).WithSummary("A redeemed use comes back, in full or in part: to the budget, and with the last of it to the counts and the customer.").Produces<UseView>();
        coupons.MapGet("/sessions/{session}", ReadSession).RequireScope(Scopes.LoyaltyRead).WithSummary("A checkout with all that it has and had locked.").Produces<CheckoutView>();
        coupons.MapPost("/sessions/{session}/redemption", (string session, HttpContext context, BooksStore books, DirectCommands commands, CancellationToken cancel) => SettleSession(OfferUseStep.Redeemed, session, context, books, commands, cancel))
            .RequireScope(Scopes.LoyaltyWrite).WithSummary("Redeems all that a checkout has locked, or nothing of it.").Produces<CheckoutView>();
        coupons.MapPost("/sessions/{session}/release", (string session, HttpContext context, BooksStore books, DirectCommands commands, CancellationToken cancel) => SettleSession(OfferUseStep.Released, session, context, books, commands, cancel))
            .RequireScope(Scopes.LoyaltyWrite).WithSummary("Gives up all that a checkout has locked.").Produces<CheckoutView>();
    }

    private static Task<IResult> Lock(TakingBody body, HttpContext context, IPersonLookup lookup, DirectCommands commands, TimeProvider clock, CancellationToken cancel) => Take(true, body, context, lookup, commands, clock, cancel);

    private static Task<IResult> Use(TakingBody body, HttpContext context, IPersonLookup lookup, DirectCommands commands, TimeProvider clock, CancellationToken cancel) => Take(false, body, context, lookup, commands, clock, cancel);

    private static async Task<IResult> Take(bool isLock, TakingBody body, HttpContext context, IPersonLookup lookup, DirectCommands commands, TimeProvider clock, CancellationToken cancel)
    {
        if (Wrong(isLock, body) is { } wrong) return Problem.Unacceptable("field_invalid", wrong);
        // Identifiers that nobody has are a guest's until somebody has them.
        var person = body.PersonId ?? await lookup.Find(body.Identifiers, cancel) ?? 0;
        var taken = new OfferTaken(isLock, body.Offer ?? "", body.CouponId ?? 0, body.Code ?? "", body.Session ?? "", body.Order, body.BasketMinor, body.Currency, null);
        var (command, problem) = commands.Make(context, 0, taken, Said(taken, body), needsKey: true);
        if (command is null) return problem!;
        if (body.TtlSeconds is { } ttl) taken = taken with { EndsAtMs = command.AtMs + ttl * 1_000L };
        return await Answer(context, commands, command with { PersonId = person, Body = taken, Channel = body.Channel ?? DirectCommands.Source, Shop = body.Shop ?? "" },
            new { offer = body.Offer, coupon = body.CouponId, body.BasketMinor, body.Currency });
    }

    // All that the caller said: who is meant by identifiers may change, the request does not.
    private static string Said(OfferTaken taken, TakingBody body) => string.Create(CultureInfo.InvariantCulture,
        $"{taken}\0{body.PersonId}\0{string.Join('\u0001', (body.Identifiers ?? []).Select(i => $"{i.Namespace}\u0002{i.Scope}\u0002{i.Value}"))}\0{body.Channel}\0{body.Shop}\0{body.TtlSeconds}");

    private static string? Wrong(bool isLock, TakingBody body) => body switch
    {
        { BasketMinor: < 0 or > OfferDocument.Most } => $"$.basket_minor: 0 to {OfferDocument.Most}.",
        { Currency: null } or { Currency.Length: not 3 } => "$.currency: Three capital letters, e.g. CNY.",
        _ when !Currencies.IsKnown(body.Currency) => "$.currency: A code of ISO 4217, e.g. CNY.",
        _ when new object?[] { body.Offer, body.Code, body.CouponId }.Count(o => o is not null) != 1 => "$.offer: Name the offer by one of offer, code and coupon_id.",
        { Offer.Length: 0 or > 64 } or { Code.Length: 0 or > 100 } or { CouponId: < 1 } => "$.offer: No offer, code or coupon is called so.",
        _ when isLock && !IsSession(body.Session) => "$.session: Your key of the checkout: 1 to 100 of letters, digits, . _ : ~ and -.",
        { Session: not null } when !isLock => "$.session: Only a lock has one.",
        { TtlSeconds: not null } when !isLock => "$.ttl_seconds: Only a lock ends.",
        { TtlSeconds: < 1 or > LongestLock } => $"$.ttl_seconds: 1 to {LongestLock}.",
        { PersonId: not null, Identifiers.Count: > 0 } => "$.person_id: Either person_id or identifiers, not both.",
        { PersonId: < 1 } => "$.person_id: At least 1.",
        { Order.Length: 0 or > 100 } => "$.order: 1 to 100 characters.",
        { Order: not null, Channel: null or "" } => "$.channel: Say on which channel the order was made.",
        { Channel.Length: > 32 } => "$.channel: At most 32 characters.",
        { Shop.Length: > 64 } => "$.shop: At most 64 characters.",
        _ when !IsText(body.Offer) || !IsText(body.Code) => "$.offer: No control characters.",
        _ when !IsText(body.Order) || !IsText(body.Channel) || !IsText(body.Shop) => "$.order: No control characters in it, its channel and shop.",
        _ => WrongWhose(body.Identifiers),
    };

    /// <summary>What is wrong with the identifiers, if there are any.</summary>
    public static string? WrongWhose(IReadOnlyList<CustomerIdentifier>? identifiers) =>
        identifiers is { Count: > EventJsonReader.MostIdentifiers } ? $"$.identifiers: At most {EventJsonReader.MostIdentifiers}."
        : identifiers is not null && identifiers.Any(i => i?.Namespace is null || i.Value is null) ? "$.identifiers: Each with a namespace and a value." : null;

    private static bool IsSession(string? session) => session is { Length: > 0 and <= 100 } && session.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '~' or '-');

    public static bool IsText(string? text) => text is null || !text.Any(char.IsControl);

    /// <summary>Whose the first of them is that is anybody's.</summary>
    public static async Task<long?> Find(this IPersonLookup lookup, IReadOnlyList<CustomerIdentifier>? identifiers, CancellationToken cancel)
    {
        foreach (var identifier in identifiers ?? [])
            if (await lookup.Find(new Identifier(identifier.Namespace, identifier.Scope ?? "", identifier.Value), cancel) is { } found) return found;
        return null;
    }

    private static async Task<IResult> Revert(long id, RevertBody? body, HttpContext context, BooksStore books, DirectCommands commands, CancellationToken cancel) =>
        body?.AmountMinor is < 1 or > OfferDocument.Most ? Problem.Unacceptable("field_invalid", "$.amount_minor: At least 1.")
        : await SettleUse(OfferUseStep.Reverted, id, body?.AmountMinor, context, books, commands, cancel);

    private static async Task<IResult> SettleUse(OfferUseStep step, long id, long? amount, HttpContext context, BooksStore books, DirectCommands commands, CancellationToken cancel)
    {
        if (await Find(books, "offer_use_id = @key", id, cancel) is not [var row, ..]) return Problem.NotFound("use_unknown", $"There is no lock or use {id}.");
        return await Settle(context, commands, row.PersonId, new OfferUseSettled(step, id, "", amount), new { use = id, amount_minor = amount });
    }

    private static async Task<IResult> SettleSession(OfferUseStep step, string session, HttpContext context, BooksStore books, DirectCommands commands, CancellationToken cancel)
    {
        if (!IsSession(session) || await Find(books, "session_key = @key", session, cancel) is not [.., var last]) return Problem.NotFound("use_unknown", "The checkout has and had nothing locked.");
        return await Settle(context, commands, last.PersonId, new OfferUseSettled(step, 0, session, null), new { session });
    }

    private static async Task<IResult> Settle(HttpContext context, DirectCommands commands, long person, OfferUseSettled settled, object detail)
    {
        var (command, problem) = commands.Make(context, 0, settled, settled.ToString(), needsKey: true);
        return command is null ? problem! : await Answer(context, commands, command with { PersonId = person }, detail);
    }

    /// <summary>Hands it to the Door and answers as it did: the same again for a repeated request.</summary>
    public static async Task<IResult> Answer(HttpContext context, DirectCommands commands, Command command, object? detail)
    {
        var (answer, problem) = await commands.Hand(context, command, command.Body.Type, detail);
        return problem ?? Results.Text(answer.Outcome!, "application/json", Encoding.UTF8);
    }

    private static async Task<IResult> ReadUse(long id, BooksStore books, CancellationToken cancel) =>
        await Find(books, "offer_use_id = @key", id, cancel) is [var row, ..] ? Results.Ok(UseView.Of(row)) : Problem.NotFound("use_unknown", $"There is no lock or use {id}.");

    private static async Task<IResult> ReadSession(string session, BooksStore books, CancellationToken cancel) =>
        IsSession(session) && await Find(books, "session_key = @key", session, cancel) is { Count: > 0 } rows ? Results.Ok(CheckoutView.Of(session, rows)) : Problem.NotFound("use_unknown", "The checkout has and had nothing locked.");

    private static Task<List<UseRow>> Find(BooksStore books, string where, object key, CancellationToken cancel) =>
        books.Read($"{UseRow.Select} where {where} order by offer_use_id", UseRow.Read, [("key", key)], cancel);
}
