using System.Data.Common;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Loyalty;
using Danke.Engines.Journeys;
using Danke.Engines.Ledger;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Loyalty.Earning;

/// <summary>Tells a member what will end at an instant. Sent by the reminder clock.</summary>
/// <param name="Today">The day on which the clock looked, as a number of the program's zone.</param>
internal sealed record RemindOfExpiry(string Program, long EndsAtMs, int DaysBefore, long Today) : CommandBody
{
    public override string Type => "points.expiring";
}

/// <summary>What a member was told of points that will end, or was not.</summary>
internal sealed record ReminderRow(long Id, long PersonId, long ViaKey, string Program, long EndsAtMs, long DaysBefore, long Points, string State, long AtMs, string CommandKey)
{
    public const string Select = "select reminder_id, person_id, via_key, program, ends_at_ms, days_before, points, state, at_ms, command_key from expiry_reminders";

    public static ReminderRow Read(DbDataReader r) =>
        new(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetString(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetString(7), r.GetInt64(8), r.GetString(9));

    public static readonly Table<ReminderRow> Table = new Table<ReminderRow>("expiry_reminders", "reminder_id")
        .Long("reminder_id", r => r.Id).Long("person_id", r => r.PersonId).Long("via_key", r => r.ViaKey).Text("program", r => r.Program).Long("ends_at_ms", r => r.EndsAtMs)
        .Long("days_before", r => r.DaysBefore).Long("points", r => r.Points).Text("state", r => r.State).Long("at_ms", r => r.AtMs).Text("command_key", r => r.CommandKey);

    public static string Of(ReminderState state) => state switch
    {
        ReminderState.Superseded => "superseded",
        ReminderState.Gone => "gone",
        _ => "told",
    };
}

/// <summary>Reminders of points that will end. A batch without any asks the Books nothing.</summary>
internal sealed partial class LoyaltyStage
{
    private readonly List<ReminderRow> reminders = [];
    private readonly HashSet<long> knownReminders = [];
    private readonly List<(long LotId, long AtMs, long Spendable)> pastOfLots = [];

    // Before the memberships, which then load the lots that are spoken of in whatever state.
    private async ValueTask LoadReminders(BooksTransaction books)
    {
        reminders.Clear();
        knownReminders.Clear();
        pastOfLots.Clear();
        var asked = batch.Steps.Select(s => s.Command.Body).OfType<RemindOfExpiry>().ToList();
        if (asked.Count == 0) return;
        batch.MostNews += asked.Count;
        await batch.Reserve("expiry_reminder", asked.Count);
        var persons = batch.PersonIds.ToArray();
        reminders.AddRange(await books.Read(ReminderRow.Select + " where person_id in ({keys}) order by reminder_id", ReminderRow.Read, ("keys", persons)));
        knownReminders.UnionWith(reminders.Select(r => r.Id));
        needs.Lots.UnionWith(await books.Read("select lot_id from lots where person_id in ({keys}) and expires_at_ms in ({set:ends})", r => r.GetInt64(0),
            ("keys", persons), ("ends", asked.Select(a => a.EndsAtMs).Distinct().ToArray())));
        pastOfLots.AddRange(await books.Read("select lot_id, at_ms, spendable from points_entries where person_id in ({keys}) and lot_id in ({set:lots}) and spendable <> 0",
            r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)), ("keys", persons), ("lots", needs.Lots.ToArray())));
    }

    private void Remind(Step step, RemindOfExpiry reminder)
    {
        var at = step.Command.AtMs;
        if (programs.Live(reminder.Program) is not { ExpiryReminders: { } rule } program || MemberOf(step.Person.PersonId, program.Name) is not { } member
            || LedgerOf(member, program) is not { } membership) return;
        if (reminders.Any(r => r.PersonId == membership.Row.PersonId && r.Program == program.Name && r.EndsAtMs == reminder.EndsAtMs && r.DaysBefore == reminder.DaysBefore)) return;
        var lots = membership.Account.Lots.Where(l => l.ExpiresAtMs == reminder.EndsAtMs && l.State != LotState.Pending).OrderBy(l => l.LotId).ToList();
        var then = lots.Sum(l => LeftBefore(l.LotId, at));
        if (Reminding.Decide(rule, program.Zone, reminder.EndsAtMs, reminder.DaysBefore, reminder.Today, then, lots.Where(l => l.IsOpen).Sum(l => l.Remaining)) is not { } state) return;
        var row = new ReminderRow(batch.NewId("expiry_reminder"), membership.Row.PersonId, lots[0].Via, program.Name, reminder.EndsAtMs, reminder.DaysBefore, then, ReminderRow.Of(state), at, step.Command.Key);
        reminders.Add(row);
        if (state != ReminderState.Told) return;
        step.News.Add(new MemberNews(JourneyTrigger.PointsExpiring, row.PersonId, row.ViaKey, row.Program, at, reminder.DaysBefore));
        step.Announce("loyalty.points_expiring.v1", "", row.Id, new JsonObject { ["person_id"] = row.PersonId, ["program"] = row.Program, ["points"] = then, ["days_before"] = row.DaysBefore, ["ends_at_ms"] = row.EndsAtMs });
    }

    // What the day itself brought or took is not so yet when it begins.
    private long LeftBefore(long lotId, long atMs) =>
        pastOfLots.Where(e => e.LotId == lotId && e.AtMs < atMs).Sum(e => e.Spendable) + entries.Where(e => e.Entry.LotId == lotId && e.Entry.AtMs < atMs).Sum(e => e.Entry.Spendable);

    private void FollowReminders(Step step)
    {
        for (var i = 0; i < reminders.Count; i++) reminders[i] = reminders[i] with { PersonId = step.OwnerAfter(reminders[i].PersonId, reminders[i].ViaKey) };
    }

    private ValueTask SaveReminders(BooksTransaction books) => books.Insert(ReminderRow.Table, reminders.Where(r => !knownReminders.Contains(r.Id)).ToList());
}
