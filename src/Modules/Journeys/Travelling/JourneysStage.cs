using System.Globalization;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Loyalty;
using Danke.Contracts.Touch;
using Danke.Engines.Journeys;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Journeys.Travelling;

/// <summary>Lets persons enter journeys, moves them on when the clock says so, and follows persons who turn out to be one.</summary>
internal sealed class JourneysStage : IStage
{
    public const string Completed = "completed";
    public const string Merged = "merged";
    public const string Undone = "undone";

    private readonly JourneyBook journeys = new();
    private readonly Dictionary<long, EntryRow> entries = [];
    private readonly Dictionary<long, List<EntryRow>> byPerson = [];
    private readonly HashSet<long> known = [];
    private readonly HashSet<EntryRow> changed = [];
    private readonly List<StepRow> steps = [];
    private Batch batch = null!;

    public async ValueTask Load(Batch batch, BooksTransaction books)
    {
        this.batch = batch;
        entries.Clear();
        byPerson.Clear();
        known.Clear();
        changed.Clear();
        steps.Clear();
        var entering = batch.Steps.Count(s => s.Command.Body is MemberJoined) + batch.MostNews;
        var moving = batch.Steps.Select(s => s.Command.Body).OfType<AdvanceJourney>().ToList();
        var concerned = entering > 0 || batch.Steps.Any(s => s.Command.Body is AdvanceJourney or EndJourneyEntry) ? batch.PersonIds : [.. batch.MayMerge.Concat(batch.MayDivide).Distinct()];
        if (concerned.Count > 0)
            foreach (var row in await books.Read(EntryRow.Select + " where person_id in ({keys}) order by entry_id", EntryRow.Read, ("keys", concerned.ToArray())))
            {
                known.Add(row.EntryId);
                Remember(row);
            }
        if (entering > 0) await journeys.Refresh(books);
        // What may be undone is read with its version: that says whether it was the gift that let somebody enter.
        if (batch.MostNews > 0) await journeys.Require(books, entries.Values.Where(e => e.IsWaiting).Select(e => (e.Journey, e.Version)));
        await journeys.Require(books, moving.Select(m => entries.GetValueOrDefault(m.EntryId)).OfType<EntryRow>().Select(e => (e.Journey, e.Version)));
        await batch.Reserve("journey_entry", entering * journeys.Live.Count);
        batch.MostMessages += moving.Sum(m => entries.TryGetValue(m.EntryId, out var e) ? journeys.Find(e.Journey, e.Version)?.Nodes.Length ?? 0 : 0);
    }

    public Refusal? Check(Step step) => step.Command.Body switch
    {
        AdvanceJourney advance => CheckAdvance(step, advance),
        EndJourneyEntry end when entries.GetValueOrDefault(end.EntryId) is not { IsWaiting: true } =>
            new Refusal("entry_ended", $"Entry {end.EntryId} is no longer in its journey.", Final: true),
        _ => null,
    };

    private Refusal? CheckAdvance(Step step, AdvanceJourney advance)
    {
        if (entries.GetValueOrDefault(advance.EntryId) is not { DueAtMs: { } due } entry || entry.Node != advance.Node || entry.Visit != advance.Visit)
            return new Refusal("entry_moved_on", $"Entry {advance.EntryId} no longer stands at {advance.Node}.", Final: true);
        // Not final: the clock asks again under the same id, then for the person who has it.
        if (OwnerNow(step, entry) != step.Person.PersonId)
            return new Refusal("entry_changed_hands", $"Entry {advance.EntryId} is another person's now.");
        if (due > step.Command.AtMs) return new Refusal("entry_not_due", $"Entry {advance.EntryId} waits until {due}.");
        return journeys.Find(entry.Journey, entry.Version) is not null ? null
            : new Refusal("journey_version_missing", $"Version {entry.Version} of journey '{entry.Journey}' is not there or cannot be read.");
    }

    // Entries of absorbed persons are their survivors'.
    private static long OwnerNow(Step step, EntryRow entry) => step.Person.Absorbs.Contains(entry.PersonId) ? step.Person.PersonId : entry.PersonId;

    public void Apply(Step step)
    {
        if (step.Merges.Count > 0 || step.Moves.Count > 0) Follow(step);
        switch (step.Command.Body)
        {
            case MemberJoined joined: Enter(step, new MemberNews(joined.Type, step.Person.PersonId, step.Person.ViaKey, joined.Program.Length == 0 ? "default" : joined.Program, step.Command.AtMs)); break;
            case AdvanceJourney advance: Advance(step, entries[advance.EntryId]); break;
            case EndJourneyEntry end: End(step, entries[end.EntryId], end.Reason); break;
        }
        foreach (var news in step.News)
            if (news.UndoneOf is null) Enter(step, news);
            else Undo(step, news);
    }

    // What a gift began ends with it. Who had passed nothing yet was told nothing, and may begin anew when the gift is given again.
    private void Undo(Step step, MemberNews news)
    {
        foreach (var entry in EntriesOf(news.PersonId).Where(e => e.IsWaiting && e.EnteredBy == news.UndoneOf && journeys.Find(e.Journey, e.Version) is { } journey && IsAbout(journey.Trigger, news)).ToList())
            End(step, entry, Undone);
    }

    private void Enter(Step step, MemberNews news)
    {
        foreach (var journey in journeys.Live.Where(j => IsStartedBy(j.Trigger, news)))
        {
            var earlier = EntriesOf(news.PersonId).Where(e => e.Journey == journey.Name && !(e.EndReason == Undone && e.Visit == JourneySteps.FirstVisit)).ToList();
            if (!JourneySteps.MayEnter(journey.ReEntry, earlier.Count, earlier.Count(e => e.IsWaiting))) continue;
            var at = JourneySteps.Enter(journey, news.AtMs);
            var row = new EntryRow
            {
                EntryId = batch.NewId("journey_entry"),
                Journey = journey.Name,
                Version = journey.Version,
                PersonId = news.PersonId,
                ViaKey = news.ViaKey,
                Node = at.Node,
                Visit = at.Visit,
                DueAtMs = at.DueAtMs,
                EnteredAtMs = news.AtMs,
                EnteredBy = step.Command.Key,
            };
            Remember(row);
            Changed(step, row, "journeys.entered.v1");
        }
    }

    private static bool IsAbout(JourneyTrigger trigger, MemberNews news) =>
        trigger.Event == news.Type
        && (trigger.Program is not { } program || program == news.Program)
        && (trigger.DaysBefore is null || trigger.DaysBefore == news.DaysBefore)
        && (trigger.Benefit is null || trigger.Benefit == news.Benefit);

    private bool IsStartedBy(JourneyTrigger trigger, MemberNews news) =>
        IsAbout(trigger, news)
        && batch.NowMs - news.AtMs <= (long)Waiting.ElapsedOf(trigger.FreshFor)!.Value.TotalMilliseconds;

    private void Advance(Step step, EntryRow entry)
    {
        var journey = journeys.Find(entry.Journey, entry.Version)!;
        var progress = JourneySteps.Advance(journey, new Position(entry.Node, entry.Visit, entry.DueAtMs!.Value), step.Command.AtMs);
        foreach (var (node, visit) in progress.Left)
        {
            steps.Add(new StepRow(entry.EntryId, visit, entry.PersonId, entry.ViaKey, entry.Journey, entry.Version, node.Id, node.Kind, step.Command.AtMs, step.Command.Key));
            if (node is SendNode send) step.Messages.Add(MessageOf(entry, send, visit));
        }
        if (progress.Now is not { } now)
        {
            (entry.Node, entry.Visit) = (progress.Left[^1].Node.Id, progress.Left[^1].Visit);
            End(step, entry, Completed);
            return;
        }
        entry.Stand(now);
        Changed(step, entry, "journeys.moved.v1");
    }

    private static MessageIntent MessageOf(EntryRow entry, SendNode send, long visit)
    {
        var via = send.Via == MessageVia.Email ? ContactChannel.Email : ContactChannel.Sms;
        var key = string.Create(CultureInfo.InvariantCulture, $"{entry.EntryId}/{send.Id}/{visit}/{via.ToString().ToLowerInvariant()}");
        return new MessageIntent(key, via, entry.Journey, send.Template, send.Message);
    }

    private void End(Step step, EntryRow entry, string reason)
    {
        entry.End(reason, step.Command.AtMs);
        Changed(step, entry, "journeys.ended.v1");
    }

    /// <summary>Entries go where the identifiers go that they came in by; of two under way in one journey, the one that came ends.</summary>
    private void Follow(Step step)
    {
        foreach (var entry in entries.Values.ToList())
        {
            var (from, to) = (entry.PersonId, step.OwnerAfter(entry.PersonId, entry.ViaKey));
            if (from == to) continue;
            if (entry.IsWaiting && EntriesOf(to).Any(e => e.IsWaiting && e.Journey == entry.Journey)) entry.End(Merged, step.Command.AtMs);
            entry.PersonId = to;
            ListOf(from).Remove(entry);
            ListOf(to).Add(entry);
            Changed(step, entry, entry.IsWaiting ? "journeys.moved.v1" : "journeys.ended.v1");
        }
        for (var i = 0; i < steps.Count; i++) steps[i] = steps[i] with { PersonId = step.OwnerAfter(steps[i].PersonId, steps[i].ViaKey) };
    }

    private void Changed(Step step, EntryRow entry, string what)
    {
        changed.Add(entry);
        step.Announce(what, "journey_entries", entry.EntryId, new JsonObject { ["journey"] = entry.Journey, ["node"] = entry.Node, ["state"] = entry.State });
    }

    private void Remember(EntryRow row)
    {
        entries[row.EntryId] = row;
        ListOf(row.PersonId).Add(row);
    }

    private IReadOnlyList<EntryRow> EntriesOf(long personId) => byPerson.TryGetValue(personId, out var list) ? list : [];

    private List<EntryRow> ListOf(long personId) => byPerson.TryGetValue(personId, out var list) ? list : byPerson[personId] = [];

    public async ValueTask Save(Batch batch, BooksTransaction books)
    {
        await PersonMoves.Divide(books, batch, "journey_steps");
        await PersonMoves.Move(books, batch.Merges, "journey_steps");
        await books.Insert(EntryRow.Table, changed.Where(e => !known.Contains(e.EntryId)).ToList());
        await books.Upsert(EntryRow.Table, changed.Where(e => known.Contains(e.EntryId)).ToList());
        await books.Insert(StepRow.Table, steps);
    }
}
