using System.Globalization;
using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Journeys;
using Danke.Contracts.Commands;
using Danke.Loyalty.Expiring;
using Danke.Loyalty.Reading;
using Danke.Persons.Linking;
using Danke.Platform.Books;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Loyalty;

/// <summary>Reminders and gifts: how often somebody looks does not matter.</summary>
public sealed class LocalDayTests
{
    private static readonly Identifier[] Members = [Phone("13800000001"), Phone("13800000002"), Phone("13800000003")];

    private static readonly string Reminding = Programs.Plain.Replace("\"months\":12", "\"months\":1", StringComparison.Ordinal).Replace("[30,1]", "[20,7,1]", StringComparison.Ordinal);

    private static readonly string Giving = Programs.Plain[..Programs.Plain.LastIndexOf('}')] + """
        ,"benefits":[{"name":"birthday","title":"B","kind":"birthday","days_before":3,"gives":{"points":40},"by_tier":{"gold":{"points":60}}},
          {"name":"years","title":"Y","kind":"anniversary","gives":{"points":15}}]}
        """;

    private static Gen<Command[]> SomeDays(bool spends) =>
        from size in Gen.Choose(1, 12)
        from commands in Gen.ArrayOf(
            from id in Gen.Choose(1, 40)
            from hour in Gen.Choose(24, 24 * 80)
            from who in Gen.Elements(Members)
            from body in Gen.Frequency(
                (3, from amount in Gen.Elements(5_000, 30_000, 100_000) select (CommandBody)Order($"T{id}", OrderStep.Completed, amount)),
                (1, from order in Gen.Choose(1, 40) select (CommandBody)Refund($"R{id}", $"T{order}", 4_990)),
                (spends ? 3 : 0, from points in Gen.Elements(10, 45) select (CommandBody)new PointsRedeemed(false, "", points, null, null, null)))
            select Event($"e{id}", hour / 24.0, body, who), size)
        select commands;

    private static readonly Command[] Joining =
    [
        .. Members.Select((m, i) => Event($"join{i}", i * 0.4, new MemberJoined("", null, Profile.Empty with { Birthday = $"1990-{i + 2:00}-1{i}" }), m)),
    ];

    private static async Task<string> Play(DoorHarness door, IEnumerable<Command> history, double everyDays, int lastDay, string result)
    {
        var clock = new JourneyHarness.MovableClock();
        var due = new DueCommands(new AsDoor(door), clock, NullLogger<DueCommands>.Instance);
        var (programs, days) = (new LivePrograms(door.Books), new LocalDays(door.Books, due));
        var expiry = new ExpiryClock(door.Books, due);
        var benefits = new BenefitClock(door.Books, programs, new BirthMonths(door.Books), days, due);
        var reminders = new ReminderClock(door.Books, programs, days, due);
        var rest = new Queue<Command>(Joining.Concat(history).OrderBy(c => c.AtMs));
        for (var at = 0.0; ; at = Math.Min(at + everyDays, lastDay))
        {
            clock.Ms = DoorHarness.Start + (long)(at * DoorHarness.Day);
            while (rest.Count > 0 && rest.Peek().AtMs < clock.Ms) await door.Apply(rest.Dequeue());
            await expiry.Sweep(CancellationToken.None);
            await benefits.Sweep(CancellationToken.None);
            await reminders.Sweep(CancellationToken.None);
            if (at >= lastDay) break;
        }
        return string.Join('\n', await door.Books.Read(result, r => string.Join(' ', Enumerable.Range(0, r.FieldCount).Select(i => Convert.ToString(r.GetValue(i), CultureInfo.InvariantCulture)))));
    }

    private const string Reminders = "select person_id, ends_at_ms, days_before, points, at_ms, state from expiry_reminders order by person_id, ends_at_ms, days_before";
    private const string Gifts = "select person_id, benefit, occasion, tier, points, at_ms from benefit_uses order by person_id, benefit, at_ms";

    [Theory, OnBothBooks]
    public async Task Reminders_are_the_same_whether_somebody_looks_every_few_hours_or_once_a_day(Dialect dialect)
    {
        foreach (var sample in SomeDays(spends: true).Many(dialect == Dialect.Sqlite ? 3 : 1))
            await sample.Hold(async history =>
            {
                await using var often = await DoorHarness.New(dialect, Reminding);
                await using var daily = await DoorHarness.New(dialect, Reminding);
                (await Play(daily, history, 1, 120, Reminders)).ShouldBe(await Play(often, history, 0.4, 120, Reminders));
            });
    }

    [Theory, OnBothBooks]
    public async Task After_a_month_nobody_is_told_what_is_past_and_nothing_is_told_that_would_not_have_been(Dialect dialect)
    {
        foreach (var sample in SomeDays(spends: true).Many(dialect == Dialect.Sqlite ? 3 : 1))
            await sample.Hold(async history =>
            {
                await using var daily = await DoorHarness.New(dialect, Reminding);
                await using var late = await DoorHarness.New(dialect, Reminding);
                var told = (await Play(daily, history, 1, 121, Reminders)).Split('\n');
                var lately = (await Play(late, history, 11, 121, Reminders)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                lately.Where(l => l.EndsWith("told", StringComparison.Ordinal)).Except(told).ShouldBeEmpty();
            });
    }

    [Theory, OnBothBooks]
    public async Task Gifts_are_the_same_whether_somebody_looks_every_few_hours_once_a_day_or_after_a_month(Dialect dialect)
    {
        foreach (var sample in SomeDays(spends: false).Many(1))
            await sample.Hold(async history =>
            {
                var given = new List<string>();
                foreach (var every in new[] { 0.5, 1, 31 })
                {
                    await using var door = await DoorHarness.New(dialect, Giving);
                    given.Add(await Play(door, history, every, 403, Gifts));
                }
                given[1].ShouldBe(given[0]);
                given[2].ShouldBe(given[0]);
                given[0].Split('\n').Length.ShouldBe(7, given[0]); // a birthday of each in either year but two that come later in the second; an anniversary of each
            });
    }
}
