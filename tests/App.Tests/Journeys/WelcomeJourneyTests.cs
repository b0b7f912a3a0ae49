using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Journeys.Travelling;
using Danke.Persons.Linking;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Journeys;

public sealed class WelcomeJourneyTests
{
    private static readonly Identifier Ann = Phone("13800000001");
    private static readonly Identifier Mail = new("email", "", "ann@example.com");
    private static readonly ConsentChanged SmsYes = new(ContactChannel.Sms, "marketing", "", true, null);
    private static readonly ConsentChanged MailYes = new(ContactChannel.Email, "marketing", "", true, null);

    [Theory, OnBothBooks]
    public async Task A_new_member_passes_the_journey_and_each_message_is_written_once(Dialect dialect)
    {
        await using var journey = await JourneyHarness.New(dialect);
        await journey.Door.Apply(Event("j", 0, Join(), Ann, Mail), Event("c", 0, SmsYes, Ann), Event("c2", 0, MailYes, Ann), Event("n", 0, new MemberUpdated(Profile.Empty with { Name = "张三" }), Ann));
        (await journey.Entries()).ShouldBe("1@pause:waiting");

        (await journey.Tick(1.99)).ShouldBe(0);
        (await journey.Tick(2)).ShouldBe(1);
        (await journey.Messages()).ShouldBe("hello:queued");
        (await journey.Entries()).ShouldBe("1@morning:waiting");

        (await journey.Tick(24.99)).ShouldBe(0); // 08:59 the next day in Shanghai
        (await journey.Tick(25)).ShouldBe(1);
        (await journey.Messages()).ShouldBe("hello:queued mail:queued");
        (await journey.Entries()).ShouldBe("1@done:ended/completed");
        (await journey.Tick(1000)).ShouldBe(0);
        (await journey.Door.Number("select count(*) from journey_steps")).ShouldBe(5);
        (await journey.Door.Number("select count(distinct message_key) from messages")).ShouldBe(2);
        (await journey.Door.Number("select last_seen_ms from persons")).ShouldBe(DoorHarness.Start); // being written to is not being seen
    }

    [Theory, OnBothBooks]
    public async Task The_same_event_three_times_is_one_entry(Dialect dialect)
    {
        await using var journey = await JourneyHarness.New(dialect);
        var join = Event("j", 0, Join(), Ann);
        await journey.Door.Apply(join, join);
        await journey.Door.Apply(join);

        (await journey.Entries()).ShouldBe("1@pause:waiting");
    }

    [Theory, OnBothBooks]
    public async Task Who_may_enter_again_is_the_modes_to_say(Dialect dialect)
    {
        foreach (var (mode, whileWaiting, afterwards) in new[] { ("never", 1, 1), ("after_exit", 1, 2), ("always", 2, 3) })
        {
            await using var journey = await JourneyHarness.New(dialect, JourneyHarness.Welcome.Replace("\"never\"", $"\"{mode}\""));
            await journey.Door.Apply(Event("j1", 0, Join(), Ann));
            await journey.Door.Apply(Event("j2", 0, Join(), Ann));
            (await journey.Door.Number("select count(*) from journey_entries")).ShouldBe(whileWaiting, mode);

            await journey.Tick(2);
            await journey.Tick(26);
            // The mode is held over versions: what was passed in version 1 counts.
            await journey.Door.Publish("journey", "welcome", JourneyHarness.Welcome.Replace("\"never\"", $"\"{mode}\"").Replace("PT2H", "PT3H"));
            await journey.Door.Apply(Event("j3", 2, Join(), Ann));

            (await journey.Door.Number("select count(*) from journey_entries")).ShouldBe(afterwards, mode);
        }
    }

    [Theory, OnBothBooks]
    public async Task An_entry_keeps_the_version_it_began_with(Dialect dialect)
    {
        await using var journey = await JourneyHarness.New(dialect);
        await journey.Door.Apply(Event("j", 0, Join(), Ann), Event("c", 0, SmsYes, Ann));
        await journey.Door.Publish("journey", "welcome", """
            {"name":"welcome","title":"W","zone":"Asia/Shanghai","trigger":{"event":"member.joined"},"nodes":[{"kind":"end","id":"nothing"}]}
            """);

        await journey.Tick(2);

        (await journey.Messages()).ShouldBe("hello:queued");
    }

    [Theory, OnBothBooks]
    public async Task Joinings_that_are_history_start_nothing(Dialect dialect)
    {
        await using var journey = await JourneyHarness.New(dialect);

        await journey.Door.Apply(Event("old", -1.01, Join(), Ann), Event("new", -0.99, Join(), Phone("13800000002")));

        (await journey.Entries()).ShouldBe("2@pause:waiting");
    }

    [Theory, OnBothBooks]
    public async Task A_message_that_is_not_sent_says_why(Dialect dialect)
    {
        await using var journey = await JourneyHarness.New(dialect);
        await journey.Door.Apply(
            Event("a", 0, Join(), Ann),
            Event("b", 0, Join(), Phone("13800000002")), Event("b2", 0, SmsYes with { Granted = false }, Phone("13800000002")),
            Event("c", 0, Join(), Ouid("x")), Event("c2", 0, SmsYes, Ouid("x")),
            Event("d", 0, Join(), Phone("13800000004")), Event("d2", 0, SmsYes, Phone("13800000004")), Event("d3", 0, new MemberLeft("", null), Phone("13800000004")));

        await journey.Tick(2);

        (await journey.Messages()).ShouldBe("hello:skipped/no_consent hello:skipped/no_consent hello:skipped/no_contact_point hello:skipped/render_error");
        (await journey.Entries()).ShouldBe("1@morning:waiting 2@morning:waiting 3@morning:waiting 4@morning:waiting");
    }

    [Theory, OnBothBooks]
    public async Task A_missing_name_is_written_as_the_fallback_says(Dialect dialect)
    {
        await using var journey = await JourneyHarness.New(dialect);
        await journey.Door.Apply(Event("j", 0, Join("C77"), Ann), Event("c", 0, SmsYes, Ann));
        await journey.Tick(2);
        await journey.NewSender().Sweep(CancellationToken.None);

        journey.OutboxLines().Single().ShouldContain("\"text\":\"会员您好，卡号 C77\"");
    }

    [Theory, OnBothBooks]
    public async Task Two_clocks_at_once_and_a_clock_that_died_midway_move_every_entry_once(Dialect dialect)
    {
        await using var journey = await JourneyHarness.New(dialect);
        var members = Enumerable.Range(0, 1_200).Select(i => Phone($"139{i:00000000}")).ToArray();
        await journey.Door.Apply([.. members.Select((m, i) => Event($"j{i}", 0, Join(), m)), .. members.Select((m, i) => Event($"c{i}", 0, SmsYes, m))]);
        journey.SetHours(2);
        var dying = new JourneyClock(journey.Door.Books, new DyingDoor(journey.Door, batches: 1), journey.Now, Microsoft.Extensions.Logging.Abstractions.NullLogger<JourneyClock>.Instance);
        await Should.ThrowAsync<IOException>(() => dying.Sweep(CancellationToken.None));

        await journey.NewClock().Sweep(CancellationToken.None);
        await journey.NewClock().Sweep(CancellationToken.None);
        await journey.Tick(26);

        (await journey.Door.Number("select count(*) from journey_entries where state = 'ended' and end_reason = 'completed'")).ShouldBe(1_200);
        (await journey.Door.Number("select count(*) from journey_steps")).ShouldBe(1_200 * 5);
        (await journey.Door.Number("select count(*) from messages where template = 'hello' and state = 'queued'")).ShouldBe(1_200);
        (await journey.Door.Number("select count(*) from dead_letters")).ShouldBe(0);
    }

    [Theory, OnBothBooks]
    public async Task Of_two_commands_for_one_visit_the_second_changes_nothing(Dialect dialect)
    {
        await using var journey = await JourneyHarness.New(dialect);
        await journey.Door.Apply(Event("j", 0, Join(), Ann), Event("c", 0, SmsYes, Ann));
        var at = DoorHarness.Start + 2 * 3_600_000;
        var answers = await journey.Door.Apply(AdvanceJourney.For(1, "pause", 1, 1, at), AdvanceJourney.For(1, "pause", 1, 1, at + 5));

        answers.Select(a => a.Status).ShouldBe([AnswerStatus.Applied, AnswerStatus.Duplicate]);
        (await journey.Messages()).ShouldBe("hello:queued");
    }

    [Theory, OnBothBooks]
    public async Task When_two_members_turn_out_to_be_one_the_absorbed_ones_entry_ends_and_its_messages_follow(Dialect dialect)
    {
        await using var journey = await JourneyHarness.New(dialect);
        await journey.Door.Publish("journey", "second", JourneyHarness.Welcome.Replace("welcome", "second").Replace("PT2H", "PT5H"));
        // The second person is in both journeys, the first joined before there was a second one.
        await journey.Door.Books.Write(t => t.Execute("update definitions set state = 'retired' where name = 'second'"));
        await journey.Door.Apply(Event("a", 0, Join(), Phone("13800000001")), Event("ca", 0, SmsYes, Phone("13800000001")));
        await journey.Door.Books.Write(t => t.Execute("update definitions set state = 'live' where name = 'second'"));
        await journey.Door.Apply(Event("b", 0.01, Join(), Phone("13800000002")), Event("cb", 0.01, SmsYes, Phone("13800000002")));
        await journey.Tick(2);
        await journey.Door.Apply(Event("m", 0.1, new UnitePersons(2, "test", "")) with { PersonId = 1 });

        (await journey.Entries()).ShouldBe("1@morning:waiting 1@pause:waiting 1@pause:ended/merged");
        await journey.Tick(5.5);
        (await journey.Door.Number("select count(*) from messages where person_id <> 1")).ShouldBe(0);
        (await journey.Messages()).ShouldBe("hello:queued hello:queued");
        (await journey.Door.Number("select count(*) from journey_steps where person_id <> 1")).ShouldBe(0);
    }

    [Theory, OnBothBooks]
    public async Task A_batch_of_journey_commands_equals_one_by_one(Dialect dialect)
    {
        var at = DoorHarness.Start + 3 * 3_600_000;
        Command[] setup = [Event("j1", 0, Join(), Ann), Event("c1", 0, SmsYes, Ann), Event("j2", 0, Join(), Phone("13800000002")), Event("c2", 0, SmsYes, Phone("13800000002")), Event("j3", 0, Join(), Phone("13800000003"))];
        Command[] then =
        [
            Event("no", 0.1, SmsYes with { Granted = false }, Ann), AdvanceJourney.For(1, "pause", 1, 1, at), AdvanceJourney.For(2, "pause", 1, 2, at),
            Event("no2", 0.2, SmsYes with { Granted = false }, Phone("13800000002")), Event("yes", 0.2, SmsYes, Phone("13800000003")), AdvanceJourney.For(3, "pause", 1, 3, at),
            Event("merge", 0.3, new UnitePersons(3, "test", "")) with { PersonId = 1 }, EndJourneyEntry.For(3, 3, at), AdvanceJourney.For(9, "pause", 1, 1, at),
        ];
        await using var one = await JourneyHarness.New(dialect);
        await using var many = await JourneyHarness.New(dialect);
        await one.Door.Apply(setup);
        await many.Door.Apply(setup);

        var single = await one.Door.OneByOne(then);
        var batched = await many.Door.Apply(then);

        batched.ShouldBe(single);
        (await many.Door.Dump()).ShouldBe(await one.Door.Dump());
        (await many.Messages()).ShouldBe("hello:skipped/no_consent hello:skipped/no_consent hello:skipped/no_consent");
    }

    /// <summary>Takes so many batches and then breaks, as a process that dies between them.</summary>
    private sealed class DyingDoor(DoorHarness door, int batches) : IDoor
    {
        private int left = batches;
        public bool IsFull => false;
        public ValueTask<Answer> Submit(Command command, CancellationToken cancel) => throw new NotSupportedException();
        public async ValueTask<Answer[]> SubmitMany(IReadOnlyList<Command> commands, CancellationToken cancel) =>
            left-- > 0 ? await door.Apply([.. commands]) : throw new IOException("gone");
    }
}
