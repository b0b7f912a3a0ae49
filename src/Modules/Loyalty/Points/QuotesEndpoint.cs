using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Contracts.Orders;
using Danke.Contracts.Persons;
using Danke.Engines.Earning;
using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Reading;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using static Danke.Loyalty.Points.TillRequests;

namespace Danke.Loyalty.Points;

/// <summary><c>POST /v1/loyalty/quotes</c>: what a basket would earn, for tills, shops and whoever writes a program. Nothing is kept.</summary>
internal static class QuotesEndpoint
{
    private const int MostLines = 200;

    /// <summary>A basket, and whose it is: a member, by number or identifiers; or nobody in particular, described by the tier and so on.</summary>
    /// <param name="At">When it would be paid, from 1970 to 2200; left out: now.</param>
    /// <param name="Definition">A program's document that is not in force yet, to try it out.</param>
    /// <param name="Tier">Of who is no member yet; left out: the first tier.</param>
    /// <param name="NthOrder">Which order of the buyer it would be; left out: the member's next, or the first.</param>
    public sealed record QuoteBody(
        IReadOnlyList<BasketLine> Lines, long ShippingMinor = 0, long DiscountMinor = 0, string? Program = null, long? PersonId = null, IReadOnlyList<MemberIdentifier>? Identifiers = null,
        string? Channel = null, string? Shop = null, string? Store = null, DateTimeOffset? At = null, JsonNode? Definition = null, string? Tier = null, int? BirthMonth = null,
        long? NthOrder = null);

    /// <param name="AmountMinor">For all pieces, after the line's own discounts.</param>
    public sealed record BasketLine(string Sku, long AmountMinor, string? Category = null, long Quantity = 1);

    /// <param name="Version">Null for a document that was sent along.</param>
    /// <param name="IsMember">Whether the basket's person is an active member: others earn nothing until they join.</param>
    /// <param name="OtherPoints">What is no line's: shipping.</param>
    /// <param name="Further">The same of the program's further types of points.</param>
    public sealed record QuoteView(
        string Program, long? Version, long? PersonId, bool IsMember, string Tier, long Points, IReadOnlyList<RulePoints> Rules, IReadOnlyList<LinePoints> Lines, long OtherPoints,
        IReadOnlyList<TypeQuote> Further);

    /// <summary>What a basket would earn of a further type.</summary>
    public sealed record TypeQuote(string PointType, string Title, int Scale, long Points, IReadOnlyList<RulePoints> Rules, IReadOnlyList<LinePoints> Lines, long OtherPoints);

    /// <param name="Rule">base: the program's rate.</param>
    /// <param name="Capped">How many more it would give without caps.</param>
    public sealed record RulePoints(string Rule, string Title, long Points, long Capped);

    public sealed record LinePoints(string Sku, long Points);

    public static void Map(IEndpointRouteBuilder v1) => v1.MapPost("/loyalty/quotes", Ask).RequireScope(Scopes.LoyaltyRead).WithTags("Points")
        .WithSummary("What a basket would earn, by rule and by line; keeps nothing.").Produces<QuoteView>();

    private static async Task<IResult> Ask(QuoteBody body, BooksStore books, IPersonDirectory directory, IPersonLookup lookup, LivePrograms programs, IEnumerable<IBirthMonths> months,
        IEnumerable<IPaidOrderCounts> orders, TimeProvider clock, CancellationToken cancel)
    {
        if (Wrong(body) is { } wrong) return Problem.Unacceptable("field_invalid", wrong);
        var at = (body.At ?? clock.GetUtcNow()).ToUnixTimeMilliseconds();
        var (program, problem) = await ProgramOf(body, at, programs, cancel);
        if (program is null) return problem!;
        if (body.Tier is { } tier && program.PlaceOf(tier) < 0) return Problem.Unacceptable("field_invalid", $"$.tier: The program has no tier '{tier}'.");
        var person = body.PersonId is { } number ? await directory.Current(number, cancel) : await lookup.Find(body.Identifiers, cancel);
        if (person is null && (body.PersonId is not null || body.Identifiers is { Count: > 0 })) return Problem.NotFound("no_such_person", "Nobody is known by that.");
        var member = person is { } known ? await PointsEndpoint.Find(books, known, program.Name, cancel) : null;
        var buyer = new Buyer(body.Tier ?? member?.Tier ?? program.Tiers[0].Name, member?.JoinedAtMs ?? at,
            body.BirthMonth ?? (person is { } p ? await First(months, m => m.Of(p, cancel)) : 0),
            body.NthOrder ?? 1 + (person is { } q ? await First(orders, o => o.Of(q, cancel)) : 0));
        async Task<TypeQuote> Of(LoyaltyProgram ledger)
        {
            var quote = Quote.Of(ledger, BasketOf(body, ledger, at), buyer, await Used(books, ledger, person ?? 0, at, cancel));
            return new TypeQuote(PointTypes.TypeOf(ledger.Name), ledger.PointsTitle ?? "", ledger.Scale, quote.Points,
                [.. quote.Rules.Where(r => r.Points != 0 || r.Raw != 0).Select(r => new RulePoints(r.Rule, TitleOf(ledger, r.Rule), r.Points, r.Capped))],
                [.. body.Lines.Zip(quote.Lines, (line, points) => new LinePoints(line.Sku, points))], quote.OfNoLine);
        }
        var own = await Of(program);
        var further = new List<TypeQuote>();
        foreach (var ledger in program.FurtherLedgers()) further.Add(await Of(ledger));
        return Results.Ok(new QuoteView(program.Name, body.Definition is null ? program.Version : null, person, member?.IsActive ?? false, buyer.Tier, own.Points, own.Rules, own.Lines, own.OtherPoints, further));
    }

    private static string? Wrong(QuoteBody body) => body switch
    {
        { Lines: null or { Count: 0 } } => "$.lines: At least one line.",
        { Lines.Count: > MostLines } => $"$.lines: At most {MostLines}.",
        _ when body.Lines.Any(l => l is not { Sku.Length: > 0 and <= 200, AmountMinor: >= 0 and <= EventJsonReader.MostPoints, Quantity: >= 0 and <= 1_000_000, Category: null or { Length: <= 200 } }) =>
            "$.lines: Each with a sku, an amount_minor of at least 0 and a quantity.",
        { ShippingMinor: < 0 or > EventJsonReader.MostPoints } => "$.shipping_minor: At least 0.",
        { DiscountMinor: < 0 or > EventJsonReader.MostPoints } => "$.discount_minor: At least 0.",
        { BirthMonth: < 0 or > 12 } => "$.birth_month: 1 to 12.",
        { NthOrder: < 1 } => "$.nth_order: At least 1.",
        { At: { Year: < 1970 or > 2200 } } => "$.at: From 1970 to 2200.",
        _ => TillRequests.WrongWhose(body.PersonId, body.Identifiers),
    };

    private static async Task<(LoyaltyProgram?, IResult?)> ProgramOf(QuoteBody body, long atMs, LivePrograms programs, CancellationToken cancel)
    {
        if (body.Definition is { } document)
            return ProgramDocument.TryRead(document, out var draft) is [var first, ..] ? (null, Problem.Unacceptable("definition_invalid", $"{first.Path}: {first.Message}")) : (draft, null);
        var name = string.IsNullOrEmpty(body.Program) ? ProgramBook.DefaultName : body.Program;
        return !PointTypes.IsOfFurtherType(name) && await programs.InForce(name, atMs, cancel) is { } live ? (live, null) : (null, Problem.NotFound("no_such_program", $"There is no live program '{name}'."));
    }

    private static async Task<T> First<TFace, T>(IEnumerable<TFace> faces, Func<TFace, Task<T>> ask) where T : struct =>
        faces.FirstOrDefault() is { } face ? await ask(face) : default;

    private static Purchase BasketOf(QuoteBody body, LoyaltyProgram program, long atMs) => new()
    {
        Channel = body.Channel ?? "",
        Shop = body.Shop ?? "",
        Store = body.Store ?? "",
        Currency = program.Currency,
        AtMs = atMs,
        Lines = [.. body.Lines.Select((l, i) => new PurchaseLine($"{i + 1}", l.Sku, l.Category ?? "", l.Quantity, l.AmountMinor))],
        ShippingMinor = body.ShippingMinor,
        DiscountMinor = body.DiscountMinor,
        TotalMinor = Math.Max(0, body.Lines.Sum(l => l.AmountMinor) + body.ShippingMinor - body.DiscountMinor),
    };

    private static async Task<Func<string, CapUse>> Used(BooksStore books, LoyaltyProgram program, long person, long atMs, CancellationToken cancel)
    {
        if (program.Earn.IsRateAlone) return _ => default;
        var gains = person == 0 ? [] : await books.Read(DayGain.Select + " where person_id = @person and program = @program" + DayGain.GroupBy, DayGain.Read,
            [("person", person), ("program", program.Name)], cancel);
        var budgets = (await books.Read("select rule, used from earn_budgets where program = @program", r => (r.GetString(0), r.GetInt64(1)), [("program", program.Name)], cancel))
            .ToDictionary(b => b.Item1, b => b.Item2);
        var day = CapCalendar.Day(atMs, program.Zone);
        return rule => CapCalendar.Use(gains.Where(g => rule.Length == 0 || g.Rule == rule).Select(g => new DayUse(g.Day, g.Points, g.Times)), day, budgets.GetValueOrDefault(rule));
    }

    internal static string TitleOf(LoyaltyProgram? program, string rule) => program?.Earn.Rules.FirstOrDefault(r => r.Name == rule)?.Title ?? rule;

}
