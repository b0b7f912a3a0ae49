using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Danke.Engines.Journeys;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using NodaTime.Text;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Journeys;

public sealed class JourneyStepsTests
{
    private const long Hour = 3_600_000;

    // now, zone, wait → when it is over. Summer time begins in New York on 2026-03-08 at 02:00, ends on 2026-11-01 at 02:00.
    [Theory]
    [InlineData("2026-03-07T15:00:00Z", "America/New_York", "PT24H", null, null, "2026-03-08T15:00:00Z")]
    [InlineData("2026-03-07T15:00:00Z", "America/New_York", "P1D", null, null, "2026-03-08T15:00:00Z")]
    [InlineData("2026-03-07T15:00:00Z", "America/New_York", null, 1, null, "2026-03-08T14:00:00Z")]
    [InlineData("2026-03-07T15:00:00Z", "America/New_York", null, 1, "09:00", "2026-03-08T13:00:00Z")]
    [InlineData("2026-03-07T15:00:00Z", "America/New_York", null, null, "09:00", "2026-03-08T13:00:00Z")]
    [InlineData("2026-03-07T15:00:00Z", "America/New_York", null, null, "10:30", "2026-03-07T15:30:00Z")]
    [InlineData("2026-03-07T15:00:00Z", "America/New_York", null, null, "10:00", "2026-03-07T15:00:00Z")]
    [InlineData("2026-03-07T15:00:00Z", "America/New_York", null, 1, "02:30", "2026-03-08T07:30:00Z")] // skipped: 03:30 summer time
    [InlineData("2026-10-31T15:00:00Z", "America/New_York", null, 1, "01:30", "2026-11-01T05:30:00Z")] // comes twice: the first
    [InlineData("2026-01-31T04:00:00Z", "Asia/Shanghai", null, 28, null, "2026-02-28T04:00:00Z")]
    [InlineData("2026-02-05T14:15:00Z", "Asia/Shanghai", null, null, "09:00", "2026-02-06T01:00:00Z")]
    [InlineData("2026-02-05T00:15:00Z", "Asia/Shanghai", null, null, "09:00", "2026-02-05T01:00:00Z")]
    [InlineData("2026-02-05T00:00:00Z", "Asia/Shanghai", "P1W", null, null, "2026-02-12T00:00:00Z")]
    [InlineData("2026-02-05T00:00:00Z", "Asia/Shanghai", "PT1M30S", null, null, "2026-02-05T00:01:30Z")]
    public void A_wait_is_over_at(string from, string zone, string? duration, int? days, string? at, string expected) =>
        Iso(Waiting.Until(new WaitNode { Id = "w", Duration = duration, Days = days, At = at }, zone, Ms(from))).ShouldBe(expected);

    [Fact]
    public void A_calendar_wait_shows_the_same_clock_a_day_later_in_every_zone()
    {
        var zones = DateTimeZoneProviders.Tzdb.Ids.ToArray();
        var cases = from zone in Gen.Elements(zones) from minute in Gen.Choose(0, 40 * 365 * 24 * 60) from days in Gen.Choose(1, 400) select (zone, minute, days);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var from = Ms("2000-01-01T00:00:00Z") + c.minute * 60_000L;
            var until = Waiting.Until(new WaitNode { Id = "w", Days = c.days }, c.zone, from);
            var zone = DateTimeZoneProviders.Tzdb[c.zone];
            var wanted = Instant.FromUnixTimeMilliseconds(from).InZone(zone).LocalDateTime.PlusDays(c.days);
            var got = Instant.FromUnixTimeMilliseconds(until).InZone(zone).LocalDateTime;
            return got == wanted || zone.MapLocal(wanted).Count == 0; // the clock never showed it
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Until_a_clock_time_is_within_the_next_day_and_never_before_now()
    {
        var cases = from minute in Gen.Choose(0, 10 * 365 * 24 * 60) from clock in Gen.Choose(0, 1439) select (minute, clock);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var from = Ms("2020-01-01T00:00:00Z") + c.minute * 60_000L;
            var until = Waiting.Until(new WaitNode { Id = "w", At = $"{c.clock / 60:00}:{c.clock % 60:00}" }, "Europe/Berlin", from);
            return until >= from && until <= from + 25 * Hour;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Passing_on_leaves_every_node_up_to_the_next_wait()
    {
        var journey = Journey("send:a send:b wait:PT1H:c send:d end:e");

        var start = JourneySteps.Enter(journey, 1_000);
        var first = JourneySteps.Advance(journey, start, 1_000);
        var second = JourneySteps.Advance(journey, first.Now!.Value, 1_000 + Hour);

        start.ShouldBe(new Position("a", 1, 1_000));
        Path(first).ShouldBe("a1 b2");
        first.Now.ShouldBe(new Position("c", 3, 1_000 + Hour));
        Path(second).ShouldBe("c3 d4 e5");
        second.Now.ShouldBeNull();
    }

    [Fact]
    public void Nothing_moves_before_it_is_due()
    {
        var journey = Journey("wait:PT1H:a send:b");
        var start = JourneySteps.Enter(journey, 0);

        var early = JourneySteps.Advance(journey, start, Hour - 1);

        early.Now.ShouldBe(start);
        early.Left.ShouldBeEmpty();
    }

    [Fact]
    public void A_way_round_visits_a_node_again_under_another_number()
    {
        var journey = Journey("wait:PT1H:a send:b>a");
        var at = JourneySteps.Enter(journey, 0);
        var seen = new HashSet<string>();
        for (var i = 0; i < 5; i++)
        {
            var progress = JourneySteps.Advance(journey, at, at.DueAtMs);
            foreach (var (node, visit) in progress.Left) seen.Add($"{node.Id}{visit}").ShouldBeTrue();
            at = progress.Now!.Value;
        }
        seen.Count.ShouldBe(10);
    }

    [Fact]
    public void Seconds_of_lateness_do_not_add_up_and_days_of_it_do_not_burst()
    {
        var journey = Journey("wait:PT1H:a wait:PT1H:b send:c");
        var start = JourneySteps.Enter(journey, 0);

        JourneySteps.Advance(journey, start, Hour + 2_000).Now!.Value.DueAtMs.ShouldBe(2 * Hour);
        JourneySteps.Advance(journey, start, 100 * Hour).Now!.Value.DueAtMs.ShouldBe(101 * Hour);
    }

    [Fact]
    public void Any_journey_on_any_clock_ends_or_has_a_due_time_and_replays_the_same()
    {
        Prop.ForAll(SomeJourney.ToArbitrary(), Gen.ArrayOf(Gen.Choose(0, 10_000_000)).ToArbitrary(), (text, lateness) =>
        {
            var journey = Journey(text);
            return Run(journey, lateness) == Run(journey, lateness) && EveryVisitIsNew(journey, lateness);
        }).QuickCheckThrowOnFailure();
    }

    private static string Run(JourneyDefinition journey, int[] lateness)
    {
        var path = new List<string>();
        Position? at = JourneySteps.Enter(journey, 0);
        foreach (var late in lateness)
        {
            if (at is not { } here) break;
            var progress = JourneySteps.Advance(journey, here, here.DueAtMs + late);
            path.Add($"{Path(progress)} due {progress.Now?.DueAtMs}");
            if (progress.Now is { } now && now.DueAtMs < here.DueAtMs) return "went back in time";
            at = progress.Now;
        }
        return string.Join('\n', path);
    }

    private static bool EveryVisitIsNew(JourneyDefinition journey, int[] lateness)
    {
        var visits = new List<long>();
        Position? at = JourneySteps.Enter(journey, 0);
        foreach (var late in lateness)
        {
            if (at is not { } here) break;
            var progress = JourneySteps.Advance(journey, here, here.DueAtMs + late);
            visits.AddRange(progress.Left.Select(l => l.Visit));
            at = progress.Now;
        }
        return visits.SequenceEqual(Enumerable.Range(1, visits.Count).Select(i => (long)i));
    }

    [Theory]
    [InlineData(ReEntry.Never, 0, 0, true)]
    [InlineData(ReEntry.Never, 1, 0, false)]
    [InlineData(ReEntry.Never, 1, 1, false)]
    [InlineData(ReEntry.AfterExit, 3, 0, true)]
    [InlineData(ReEntry.AfterExit, 3, 1, false)]
    [InlineData(ReEntry.Always, 3, 2, true)]
    public void Who_was_in_a_journey_may_enter_again_as_the_mode_says(ReEntry mode, int entries, int waiting, bool expected) =>
        JourneySteps.MayEnter(mode, entries, waiting).ShouldBe(expected);

    private static readonly Gen<string> SomeJourney =
        from kinds in Gen.NonEmptyListOf(Gen.Elements("send", "wait:PT1H", "wait:P2D"))
        from end in Gen.Elements("", " end:z")
        select string.Join(' ', kinds.Select((k, i) => $"{k}:n{i}")) + end;

    private static string Path(Progress progress) => string.Join(' ', progress.Left.Select(l => $"{l.Node.Id}{l.Visit}"));

    /// <summary>"send:a wait:PT1H:b end:c", each with ">next".</summary>
    private static JourneyDefinition Journey(string text)
    {
        var nodes = new JsonArray();
        foreach (var word in text.Split(' '))
        {
            var (parts, next) = (word.Split('>')[0].Split(':'), word.Contains('>') ? word.Split('>')[1] : null);
            var node = new JsonObject { ["id"] = parts[^1], ["kind"] = parts[0] };
            if (parts[0] == "wait") node["duration"] = parts[1];
            if (parts[0] == "send") (node["via"], node["template"], node["text"]) = ("sms", "t", "x");
            if (next is not null) node["next"] = next;
            nodes.Add(node);
        }
        return JourneyDocument.Read(new JsonObject
        {
            ["name"] = "j",
            ["title"] = "J",
            ["zone"] = "Asia/Shanghai",
            ["trigger"] = new JsonObject { ["event"] = "member.joined" },
            ["nodes"] = nodes,
        }, 1);
    }

    private static long Ms(string iso) => InstantPattern.General.Parse(iso).Value.ToUnixTimeMilliseconds();
    private static string Iso(long ms) => InstantPattern.General.Format(Instant.FromUnixTimeMilliseconds(ms));
}
