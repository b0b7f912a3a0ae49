using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Contracts.Persons;
using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Reading;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Json;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Loyalty.Points;

/// <summary><c>GET /v1/persons/{id}/points/conversion</c>: what converting so many points of one type would take and give. Nothing is kept, and the Door says so at last.</summary>
internal static class ConversionQuoteEndpoint
{
    /// <param name="Points">So many of the one …</param>
    /// <param name="Gives">… become so many of the other.</param>
    public sealed record RateView(long Points, long Gives);

    /// <param name="Points">As asked.</param>
    /// <param name="Leaves">Of them, those that come out even: so many can be converted.</param>
    /// <param name="Arrives">What they become.</param>
    /// <param name="Remainder">Of the points asked for, those that do not come out even and stay.</param>
    /// <param name="Spendable">What the member may spend now of the one type.</param>
    /// <param name="SpendableThere">And of the other.</param>
    /// <param name="EndsAt">When what arrives would end; null: never, or nothing arrives.</param>
    /// <param name="Refusal">Why converting <paramref name="Leaves"/> would be refused now; null when it would not.</param>
    public sealed record ConversionQuote(
        long PersonId, string Program, string From, string To, RateView Rate, long Points, long Leaves, long Arrives, long Remainder, long Spendable, long SpendableThere, DateTimeOffset? EndsAt,
        RefusalView? Refusal);

    /// <param name="Code">As in <c>POST /v1/points/conversions</c>.</param>
    public sealed record RefusalView(string Code, string Detail);

    public static void Map(IEndpointRouteBuilder v1) => v1.MapGet("/persons/{id:long}/points/conversion", Read).RequireScope(Scopes.LoyaltyRead).WithTags("Persons")
        .WithSummary("What converting points of one type into another would take, give and leave; keeps nothing.").Produces<ConversionQuote>();

    private static async Task<IResult> Read(
        long id, string from, string to, long points, string? program, BooksStore books, IPersonDirectory directory, LivePrograms programs, TimeProvider clock, CancellationToken cancel)
    {
        if (points is < 1 or > EventJsonReader.MostPoints) return Problem.Unacceptable("field_invalid", "points: At least 1.");
        if (await directory.Current(id, cancel) is not { } person) return Problem.NotFound("no_such_person", $"There is no person {id}.");
        foreach (var type in (string[])[from, to])
            if (await programs.Unknown(Ledgers.Of(program, type), cancel) is { } unknown) return unknown;
        var live = (await programs.Find(Ledgers.Of(program, null), cancel))!;
        if (live.Conversions.FirstOrDefault(c => (c.From, c.To) == (from, to)) is not { } rule) return Problem.Unacceptable("conversion_unknown", $"The program makes no '{to}' of '{from}'.");
        if (await PointsEndpoint.Find(books, person, live.Name, cancel) is not { } member) return Problem.NotFound("not_a_member", $"Person {person} never joined the program '{live.Name}'.");

        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var giver = await AccountOf(books, person, PointTypes.LedgerOf(live.Name, from), cancel);
        var taker = await AccountOf(books, person, PointTypes.LedgerOf(live.Name, to), cancel);
        var (spendable, leaves) = (Spendable(giver, now), points - points % rule.Points);
        var ledger = live.FindLedger(PointTypes.LedgerOf(live.Name, to))!;
        var ends = leaves == 0 ? null : giver.EndOfConverted(rule, leaves, Expiry.Of(ledger.Validity, ledger.Zone, now), now);
        return Results.Ok(new ConversionQuote(person, live.Name, from, to, new RateView(rule.Points, rule.Gives), points, leaves, rule.Of(leaves) ?? 0, points - leaves, spendable, Spendable(taker, now), ends.ToInstant(),
            Refused(member, rule, leaves, spendable)));
    }

    private static long Spendable(Account account, long nowMs) => account.SpendableAt(nowMs).Sum(l => l.Remaining);

    // In the order of the Door.
    private static RefusalView? Refused(MembershipRow member, Conversion rule, long leaves, long spendable) =>
        !member.IsActive ? new RefusalView("not_a_member", "The person is no active member of the program.")
        : rule.Of(leaves) is null ? new RefusalView("exchange_not_even", $"{rule.Points} of '{rule.From}' are {rule.Gives} of '{rule.To}': fewer cannot be converted.")
        : leaves > spendable ? new RefusalView("insufficient_balance", $"{leaves} points were to be taken, {spendable} may be spent.") : null;

    private static async Task<Account> AccountOf(BooksStore books, long person, string ledger, CancellationToken cancel) => new((await books.Read(
        LotRow.Select + " where person_id = @person and program = @ledger and state in ('pending', 'active', 'debt')", LotRow.Read, [("person", person), ("ledger", ledger)], cancel)).Select(l => l.Lot), Extent.OpenLots);
}
