using System.Globalization;
using System.Text.Json.Nodes;
using Danke.Loyalty.Earning;
using Danke.Platform.Books;
using Danke.Platform.Scenarios;

namespace Danke.Loyalty.Scenarios;

/// <summary>What members were told of points that will end.</summary>
internal static class ReminderWords
{
    public static ExpectWord Reminded { get; } = new("reminded", Shape.Map(Shape.List(Shape.Text()).OrNothing())
        .Says("Reminders of points that end, in order, as 'when: points, days before'; and the state of those that were not told: '2026-03-01: 100, 30 days, superseded'."), (stage, expected) =>
        stage.OfEach(expected, async (person, _) => new JsonArray([.. (await stage.Books.Read(ReminderRow.Select + " where person_id = @person order by at_ms, ends_at_ms, days_before desc", ReminderRow.Read, [("person", person)]))
            .Select(r => (JsonNode)string.Create(CultureInfo.InvariantCulture, $"{stage.Names.Local(r.AtMs)}: {r.Points}, {r.DaysBefore} days{(r.State == "told" ? "" : $", {r.State}")}"))])));
}
