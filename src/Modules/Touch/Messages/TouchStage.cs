using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Contracts.Touch;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Touch.Messages;

/// <summary>
/// Writes down every message that a stage wants sent: queued to the person's best allowed contact point, or skipped with the reason.
/// A consent withdrawn while a message is queued takes it back.
/// </summary>
internal sealed class TouchStage(Vault vault) : IStage
{
    private readonly Dictionary<long, MessageRow> open = [];
    private readonly Dictionary<long, List<MessageRow>> byPerson = [];
    private readonly HashSet<long> known = [];
    private readonly HashSet<MessageRow> changed = [];
    private Batch batch = null!;

    public async ValueTask Load(Batch batch, BooksTransaction books)
    {
        this.batch = batch;
        open.Clear();
        byPerson.Clear();
        known.Clear();
        changed.Clear();
        var concerned = batch.Steps.Any(s => s.Command.Body is ConsentChanged { Granted: false } or MessageReported) ? batch.PersonIds : [.. batch.MayMerge.Concat(batch.MayDivide).Distinct()];
        if (concerned.Count > 0)
            foreach (var row in await books.Read(MessageRow.Select + " where person_id in ({keys}) and state in ('queued', 'sending') order by message_id {for update}",
                         MessageRow.Read, ("keys", concerned.ToArray())))
            {
                Remember(row);
                known.Add(row.MessageId);
            }
        if (batch.MostMessages > 0) await batch.Reserve("message", batch.MostMessages);
    }

    public Refusal? Check(Step step) => step.Command.Body switch
    {
        MessageReported report when open.GetValueOrDefault(report.MessageId) is not { State: MessageState.Sending } =>
            new Refusal("message_not_sending", $"Message {report.MessageId} is not being sent.", Final: true),
        _ => null,
    };

    public void Apply(Step step)
    {
        if (step.Merges.Count > 0 || step.Moves.Count > 0) Follow(step);
        if (step.Command.Body is MessageReported report) Settle(step, open[report.MessageId], report.WasSent);
        if (step.Command.Body is ConsentChanged { Granted: false } || step.Person.Absorbs.Length > 0) TakeBack(step);
        foreach (var intent in step.Messages)
        {
            var message = Write(step, intent);
            Remember(message);
            Changed(step, message);
        }
    }

    private MessageRow Write(Step step, MessageIntent intent)
    {
        var rendered = intent.Template.Render(step.Facts.Find);
        var points = step.Contact!.Points.Where(p => p.Via == intent.Via).ToList();
        var allowed = points.Where(p => step.Contact.Allows(p.Via, ContactSheet.Marketing, p.Key)).Take(1).ToList();
        var reason = points.Count == 0 ? SkipReason.NoContactPoint : allowed.Count == 0 ? SkipReason.NoConsent
            : rendered.MissingVariable is not null ? SkipReason.RenderError : null;
        return new MessageRow
        {
            MessageId = batch.NewId("message"),
            Key = intent.Key,
            PersonId = step.Person.PersonId,
            ViaKey = step.Person.ViaKey,
            Via = ContactSheet.WordOf(intent.Via),
            Template = intent.Name,
            State = reason is null ? MessageState.Queued : MessageState.Skipped,
            Reason = reason,
            AddressKey = reason is null ? allowed[0].Key : 0,
            BodyCipher = reason is null ? new MessageBody(allowed[0].Address, rendered.Subject, rendered.Text).Seal(vault) : null,
            Journey = intent.Journey,
            AtMs = step.Command.AtMs,
        };
    }

    private void Settle(Step step, MessageRow message, bool wasSent)
    {
        (message.ClaimedBy, message.ClaimedAtMs) = (null, null);
        if (wasSent) (message.State, message.SentAtMs) = (MessageState.Sent, step.Command.AtMs);
        else if (IsAllowed(step.Contact!, message)) message.State = MessageState.Queued;
        else (message.State, message.Reason) = (MessageState.Skipped, SkipReason.NoConsent);
        Changed(step, message);
    }

    // What is being handed over may be gone already: that one is settled by its sender.
    private void TakeBack(Step step)
    {
        foreach (var message in MessagesOf(step.Person.PersonId))
        {
            if (message.State != MessageState.Queued || IsAllowed(step.Contact!, message)) continue;
            (message.State, message.Reason) = (MessageState.Skipped, SkipReason.NoConsent);
            Changed(step, message);
        }
    }

    private static bool IsAllowed(ContactSheet contact, MessageRow message) =>
        contact.Allows(Enum.Parse<ContactChannel>(message.Via, ignoreCase: true), ContactSheet.Marketing, message.AddressKey);

    private void Follow(Step step)
    {
        foreach (var message in open.Values)
        {
            var (from, to) = (message.PersonId, step.OwnerAfter(message.PersonId, message.ViaKey));
            if (from == to) continue;
            message.PersonId = to;
            byPerson[from].Remove(message);
            if (!byPerson.TryGetValue(to, out var theirs)) byPerson[to] = theirs = [];
            theirs.Add(message);
        }
    }

    private void Remember(MessageRow message)
    {
        open[message.MessageId] = message;
        if (!byPerson.TryGetValue(message.PersonId, out var list)) byPerson[message.PersonId] = list = [];
        list.Add(message);
    }

    private IReadOnlyList<MessageRow> MessagesOf(long personId) => byPerson.TryGetValue(personId, out var list) ? list : [];

    private void Changed(Step step, MessageRow message)
    {
        changed.Add(message);
        step.Announce($"touch.message_{message.State}.v1", "messages", message.MessageId,
            new JsonObject { ["journey"] = message.Journey, ["template"] = message.Template, ["via"] = message.Via, ["reason"] = message.Reason });
    }

    public async ValueTask Save(Batch batch, BooksTransaction books)
    {
        await PersonMoves.Divide(books, batch, "messages");
        await PersonMoves.Move(books, batch.Merges, "messages");
        await books.Insert(MessageRow.Table, changed.Where(m => !known.Contains(m.MessageId)).ToList());
        await books.Upsert(MessageRow.Table, changed.Where(m => known.Contains(m.MessageId)).ToList());
    }
}
