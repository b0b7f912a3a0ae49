using System.Text.Json;
using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Journeys;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Touch;

public sealed class LocalOutboxTests
{
    private static readonly ConsentChanged SmsYes = new(ContactChannel.Sms, "marketing", "", true, null);

    /// <summary>So many members with a welcome message in the queue.</summary>
    private static async Task<JourneyHarness> WithQueued(Dialect dialect, int members)
    {
        var journey = await JourneyHarness.New(dialect);
        var phones = Enumerable.Range(0, members).Select(i => Phone($"139{i:00000000}")).ToArray();
        await journey.Door.Apply([.. phones.Select((p, i) => Event($"j{i}", 0, Join(), p)), .. phones.Select((p, i) => Event($"c{i}", 0, SmsYes, p))]);
        await journey.Tick(2);
        return journey;
    }

    private static string[] KeysOf(IEnumerable<string> lines) => [.. lines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("message_key").GetString()!)];

    [Theory, OnBothBooks]
    public async Task Queued_messages_become_lines_of_a_file_for_its_owner_only_and_are_marked_sent(Dialect dialect)
    {
        await using var journey = await WithQueued(dialect, 3);

        (await journey.NewSender().Sweep(CancellationToken.None)).ShouldBe(3);

        var lines = journey.OutboxLines();
        KeysOf(lines).ShouldBe(["1/hello/2/sms", "2/hello/2/sms", "3/hello/2/sms"]);
        JsonDocument.Parse(lines[0]).RootElement.GetProperty("to").GetString().ShouldBe("13900000000");
        var file = Directory.GetFiles(journey.OutboxFolder, "*.jsonl").Single();
        Path.GetFileName(file).ShouldBe("sms-20260101.jsonl");
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await journey.Door.Number("select count(*) from messages where state = 'sent' and sent_at_ms is not null and claimed_by is null")).ShouldBe(3);
        (await journey.NewSender().Sweep(CancellationToken.None)).ShouldBe(0);
    }

    [Theory, OnBothBooks]
    public async Task The_Books_hold_no_address_and_no_text_in_the_clear(Dialect dialect)
    {
        await using var journey = await WithQueued(dialect, 1);

        var body = (await journey.Door.Books.Read("select body_cipher from messages", r => r.Bytes(0))).Single();

        System.Text.Encoding.UTF8.GetString(body).ShouldNotContain("13900000000");
    }

    [Theory, OnBothBooks]
    public async Task A_sender_that_died_after_writing_does_not_write_again(Dialect dialect)
    {
        await using var journey = await WithQueued(dialect, 700);
        await Should.ThrowAsync<IOException>(() => journey.NewSender(door: new DeadDoor()).Sweep(CancellationToken.None));
        (await journey.Door.Number("select count(*) from messages where state = 'sending'")).ShouldBe(500);

        journey.SetHours(60); // found days later, in another day's file
        await journey.NewSender().Sweep(CancellationToken.None);

        var keys = KeysOf(journey.OutboxLines());
        (keys.Length, keys.Distinct().Count()).ShouldBe((700, 700));
        (await journey.Door.Number("select count(*) from messages where state = 'sent'")).ShouldBe(700);
    }

    [Theory, OnBothBooks]
    public async Task A_sender_that_died_while_writing_writes_what_it_had_not_finished(Dialect dialect)
    {
        await using var journey = await WithQueued(dialect, 5);
        await Should.ThrowAsync<IOException>(() => journey.NewSender(door: new DeadDoor()).Sweep(CancellationToken.None));
        var file = Directory.GetFiles(journey.OutboxFolder, "*.jsonl").Single();
        var bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..(bytes.Length - 150)]); // the last lines did not make it, one of them half

        await journey.NewSender().Sweep(CancellationToken.None);

        var keys = KeysOf(journey.OutboxLines());
        (keys.Length, keys.Distinct().Count()).ShouldBe((5, 5));
        (await journey.Door.Number("select count(*) from messages where state = 'sent'")).ShouldBe(5);
    }

    [Theory, OnBothBooks]
    public async Task A_sender_that_died_before_writing_writes_only_what_is_still_allowed(Dialect dialect)
    {
        await using var journey = await WithQueued(dialect, 2);
        await Should.ThrowAsync<IOException>(() => journey.NewSender(door: new DeadDoor()).Sweep(CancellationToken.None));
        File.Delete(Directory.GetFiles(journey.OutboxFolder, "*.jsonl").Single());
        await journey.Door.Apply(Event("no", 0.2, SmsYes with { Granted = false }, Phone("13900000000")));

        await journey.NewSender().Sweep(CancellationToken.None);

        (await journey.Messages()).ShouldBe("hello:skipped/no_consent hello:sent");
        KeysOf(journey.OutboxLines()).ShouldBe(["2/hello/2/sms"]);
    }

    [Theory, OnBothBooks]
    public async Task Two_senders_at_once_hand_every_message_over_once(Dialect dialect)
    {
        await using var journey = await WithQueued(dialect, 1_100);

        await Task.WhenAll(journey.NewSender("one", new OneAtATime(journey.Door)).Sweep(CancellationToken.None), journey.NewSender("two", new OneAtATime(journey.Door)).Sweep(CancellationToken.None));

        var keys = KeysOf([.. journey.OutboxLines("one"), .. journey.OutboxLines("two")]);
        (keys.Length, keys.Distinct().Count()).ShouldBe((1_100, 1_100));
        (await journey.Door.Number("select count(*) from messages where state = 'sent'")).ShouldBe(1_100);
    }

    [Theory, OnBothBooks]
    public async Task Who_says_no_between_writing_and_sending_gets_nothing(Dialect dialect)
    {
        await using var journey = await WithQueued(dialect, 2);
        await journey.Door.Apply(Event("no", 0.2, SmsYes with { Granted = false }, Phone("13900000000")));

        await journey.NewSender().Sweep(CancellationToken.None);

        (await journey.Messages()).ShouldBe("hello:skipped/no_consent hello:sent");
        journey.OutboxLines().Length.ShouldBe(1);
    }

    private sealed class DeadDoor : IDoor
    {
        public bool IsFull => false;
        public ValueTask<Answer> Submit(Command command, CancellationToken cancel) => throw new IOException("gone");
        public ValueTask<Answer[]> SubmitMany(IReadOnlyList<Command> commands, CancellationToken cancel) =>
            commands.Count == 0 ? ValueTask.FromResult(Array.Empty<Answer>()) : throw new IOException("gone");
    }

    // The harness has no queue: batches come one at a time, as they do behind the Door.
    private sealed class OneAtATime(DoorHarness door) : IDoor
    {
        private static readonly SemaphoreSlim Turn = new(1, 1);
        public bool IsFull => false;
        public async ValueTask<Answer> Submit(Command command, CancellationToken cancel) => (await SubmitMany([command], cancel))[0];

        public async ValueTask<Answer[]> SubmitMany(IReadOnlyList<Command> commands, CancellationToken cancel)
        {
            if (commands.Count == 0) return [];
            await Turn.WaitAsync(cancel);
            try { return await door.Apply([.. commands]); }
            finally { Turn.Release(); }
        }
    }
}
