using Danke.Contracts.Persons;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Paging;
using Danke.Platform.Problems;
using Danke.Touch.Messages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Touch.Listing;

/// <summary><c>/v1/messages</c> and a person's: what was sent or not, and why not.</summary>
internal static class MessageEndpoints
{
    /// <param name="PersonName">Masked for callers who may not see names; null when not known.</param>
    /// <param name="Reason">Why it was skipped: no_contact_point, no_consent, render_error.</param>
    /// <param name="To">The address, shortened for callers without persons:reveal.</param>
    /// <param name="Text">Null for callers without persons:reveal, and when nothing was written.</param>
    public sealed record MessageView(
        long MessageId, long PersonId, string? PersonName, string Via, string Template, string Journey, string State, string? Reason, DateTimeOffset At, DateTimeOffset? SentAt,
        string? To, string? Subject, string? Text);

    public static void MapMessages(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/messages", List).RequireScope(Scopes.JourneysRead).WithTags("Touch")
            .WithSummary("Messages, newest first; ?state=queued|sending|sent|skipped&journey=NAME.").Produces<Page<MessageView>>();
        v1.MapGet("/persons/{id:long}/messages", OfPerson).RequireScope(Scopes.PersonsRead).WithTags("Touch")
            .WithSummary("A person's messages, newest first.").Produces<Page<MessageView>>();
    }

    private static async Task<IResult> List(
        string? state, string? journey, string? cursor, int? limit, BooksStore books, Vault vault, IEnumerable<IPersonFacet<PersonLabel>> labels, HttpContext context, CancellationToken cancel)
    {
        if (state is not (null or MessageState.Queued or MessageState.Sending or MessageState.Sent or MessageState.Skipped))
            return Problem.Invalid("bad_state", "The state is queued, sending, sent or skipped.");
        var most = Cursor.Limit(limit);
        // Written out by what is asked for: each has its index, and "state = '' or ..." would use none.
        var where = (state, journey) switch
        {
            (null, null) => "1 = 1",
            (null, _) => "journey = @journey",
            (_, null) => "state = @state",
            _ => "journey = @journey and state = @state",
        };
        var rows = await books.Read($"{MessageRow.Select} where {where} and message_id < @before order by message_id desc limit @limit", MessageRow.Read,
            [.. Given(("state", state), ("journey", journey)), ("before", Cursor.Before(cursor)), ("limit", most + 1L)], cancel);
        return Results.Ok(Page<MessageView>.Of(await Views(rows, vault, labels, context, cancel), most, m => [m.MessageId]));
    }

    private static async Task<IResult> OfPerson(
        long id, string? cursor, int? limit, IPersonDirectory persons, BooksStore books, Vault vault, IEnumerable<IPersonFacet<PersonLabel>> labels, HttpContext context, CancellationToken cancel)
    {
        if (await persons.Current(id, cancel) is not { } person) return Problem.NotFound("no_such_person", $"There is no person {id}.");
        var most = Cursor.Limit(limit);
        var before = Cursor.Read<long>(cursor, 2) ?? [long.MaxValue, long.MaxValue];
        var rows = await books.Read($"""
            {MessageRow.Select} where person_id = @person and (at_ms, message_id) < (@at, @id) order by at_ms desc, message_id desc limit @limit
            """, MessageRow.Read, [("person", person), ("at", before[0]), ("id", before[1]), ("limit", most + 1L)], cancel);
        return Results.Ok(Page<MessageView>.Of(await Views(rows, vault, labels, context, cancel), most, m => [m.At.ToUnixTimeMilliseconds(), m.MessageId]));
    }

    private static IEnumerable<(string, object?)> Given(params (string Name, string? Value)[] parameters) =>
        parameters.Where(p => p.Value is not null).Select(p => (p.Name, (object?)p.Value));

    private static async Task<IReadOnlyList<MessageView>> Views(
        List<MessageRow> rows, Vault vault, IEnumerable<IPersonFacet<PersonLabel>> labels, HttpContext context, CancellationToken cancel)
    {
        var names = await labels.For(context, rows.Select(r => r.PersonId), cancel);
        return [.. rows.Select(r => View(r, names.GetValueOrDefault(r.PersonId), vault, context.MayReveal()))];
    }

    private static MessageView View(MessageRow row, string? personName, Vault vault, bool reveal)
    {
        var body = row.BodyCipher is null ? null : MessageBody.Open(vault, row.BodyCipher);
        var to = body?.To is { } address && !reveal ? Vault.Mask(row.Via == "email" ? "email" : "phone", address) : body?.To;
        return new MessageView(row.MessageId, row.PersonId, personName, row.Via, row.Template, row.Journey, row.State, row.Reason, At(row.AtMs),
            row.SentAtMs is { } sent ? At(sent) : null, to, reveal ? body?.Subject : null, reveal ? body?.Text : null);
    }

    private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
