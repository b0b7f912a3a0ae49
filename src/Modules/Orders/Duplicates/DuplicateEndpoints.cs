using Danke.Orders.Reporting;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Orders.Duplicates;

/// <summary>Orders that may be one sale, and what somebody says of them.</summary>
internal static class DuplicateEndpoints
{
    public sealed record RelatedList(IReadOnlyList<RelatedOrder> Items);

    /// <param name="Answer">one: the other order is a copy of this one, counts in no sum and earns nothing. two: they are two sales.</param>
    public sealed record AnswerBody(string Answer);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var duplicates = v1.MapGroup("/orders/{id:long}/duplicates").WithTags("Orders");
        duplicates.MapGet("", List).RequireScope(Scopes.OrdersRead).WithSummary("Orders that are, may be or are not the same sale as this one.").Produces<RelatedList>();
        duplicates.MapPost("/{other:long}/answer", Answer).RequireScope(Scopes.PersonsWrite).WithSummary("Says that two orders are one sale, this one, or two.").Produces<RelatedList>();
        duplicates.MapDelete("/{other:long}/answer", Undo).RequireScope(Scopes.PersonsWrite).WithSummary("Takes the answer back: the copy counts again.").Produces<RelatedList>();
    }

    private static async Task<IResult> List(long id, DuplicateReader reader, BooksStore books, CancellationToken cancel) =>
        await Find(books, id, cancel) is { } order ? Results.Ok(new RelatedList(await reader.Of(order, cancel))) : NoOrder(id);

    private static async Task<IResult> Answer(
        long id, long other, AnswerBody body, HttpContext context, DuplicateReader reader, BooksStore books, DirectCommands commands, CancellationToken cancel)
    {
        if (body.Answer is not ("one" or "two")) return Problem.Invalid("bad_choice", "answer is one of one, two.");
        return await Say(id, id, other, body.Answer == "one" ? DuplicateAnswer.One : DuplicateAnswer.Two, context, reader, books, commands, cancel);
    }

    private static async Task<IResult> Undo(long id, long other, HttpContext context, DuplicateReader reader, BooksStore books, DirectCommands commands, CancellationToken cancel)
    {
        var (kept, copy) = await reader.CopyAmong(id, other, cancel) == id ? (other, id) : (id, other);
        return await Say(id, kept, copy, DuplicateAnswer.TakenBack, context, reader, books, commands, cancel);
    }

    private static async Task<IResult> Say(
        long id, long kept, long other, DuplicateAnswer answer, HttpContext context, DuplicateReader reader, BooksStore books, DirectCommands commands, CancellationToken cancel)
    {
        if (await Find(books, kept, cancel) is not { } one) return NoOrder(kept);
        if (await Find(books, other, cancel) is not { } two) return NoOrder(other);
        if (one.State.PersonId == 0) return Problem.Conflict("orders_of_two", "Nobody is known to have made the order.");
        var reading = commands.Make(context, one.State.PersonId, new AnswerDuplicate(one.Key, two.Key, answer, context.Caller().Actor), $"{kept}\0{other}\0{answer}");
        if (reading.Command is not { } command) return reading.Problem!;
        return await commands.Submit(context, command, ActionOf(answer), new { Kept = kept, Other = other }) ?? await List(id, reader, books, cancel);
    }

    private static string ActionOf(DuplicateAnswer answer) => answer switch
    {
        DuplicateAnswer.One => "order.declared_copy",
        DuplicateAnswer.Two => "order.declared_distinct",
        _ => "order.duplicate_reopened",
    };

    private static async Task<OrderRow?> Find(BooksStore books, long id, CancellationToken cancel) =>
        (await books.Read(OrderRow.Select + " where order_id = @order", OrderRow.Read, [("order", id)], cancel)).FirstOrDefault();

    private static IResult NoOrder(long id) => Problem.NotFound("no_such_order", $"There is no order {id}.");
}
