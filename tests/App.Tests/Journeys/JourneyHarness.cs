using Danke.App.Tests.Door;
using Danke.Contracts.Commands;
using Danke.Journeys.Travelling;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Settings;
using Danke.Touch.Outgoing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Danke.App.Tests.Journeys;

/// <summary>The Door's batches with a clock that the test sets, the journeys' clock and the local outbox, none of them running by itself.</summary>
internal sealed class JourneyHarness : IAsyncDisposable
{
    public const string Welcome = """
        {"name":"welcome","title":"Welcome","zone":"Asia/Shanghai","trigger":{"event":"member.joined"},"re_entry":"never",
         "nodes":[{"kind":"wait","id":"pause","duration":"PT2H"},
                  {"kind":"send","id":"hello","via":"sms","template":"hello","text":"{{person.name}}您好，卡号 {{member.card}}",
                   "variables":{"person.name":{"fallback":"会员"},"member.card":{"required":true}}},
                  {"kind":"wait","id":"morning","days":1,"at":"09:00"},
                  {"kind":"send","id":"mail","via":"email","template":"mail","subject":"Hello","text":"x"},
                  {"kind":"end","id":"done"}]}
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("danke-test-").FullName;

    private JourneyHarness(DoorHarness door) => Door = door;

    public DoorHarness Door { get; }
    public MovableClock Now { get; } = new();
    public string OutboxFolder => Path.Combine(folder, "outbox");

    public static async Task<JourneyHarness> New(Dialect dialect, string? journey = Welcome)
    {
        var harness = new JourneyHarness(await DoorHarness.New(dialect));
        if (journey is not null) await harness.Door.Publish("journey", "welcome", journey);
        return harness;
    }

    /// <summary>Hours since <see cref="DoorHarness.Start"/>, which is 08:00 in Shanghai.</summary>
    public void SetHours(double hours) => Now.Ms = DoorHarness.Start + (long)(hours * 3_600_000);

    public JourneyClock NewClock() => new(Door.Books, new AsDoor(Door), Now, NullLogger<JourneyClock>.Instance);

    /// <summary>What the journeys' clock does at that hour.</summary>
    public Task<int> Tick(double hours)
    {
        SetHours(hours);
        return NewClock().Sweep(CancellationToken.None);
    }

    /// <param name="node">Each has a data directory of its own.</param>
    public LocalOutbox NewSender(string node = "", IDoor? door = null) => new(Door.Books, door ?? new AsDoor(Door), new Vault(new byte[32]),
        new DankeSettings { Data = Path.Combine(folder, node), Books = "" }, Now, NullLogger<LocalOutbox>.Instance);

    public string[] OutboxLines(string node = "") =>
        Directory.Exists(Path.Combine(folder, node, "outbox")) ? [.. Directory.GetFiles(Path.Combine(folder, node, "outbox"), "*.jsonl").Order().SelectMany(File.ReadAllLines)] : [];

    public async Task<string> Messages() => string.Join(" ", await Door.Books.Read(
        "select template, state, coalesce(reason, '') from messages order by message_id", r => $"{r.GetString(0)}:{r.GetString(1)}{(r.GetString(2).Length > 0 ? "/" : "")}{r.GetString(2)}"));

    public async Task<string> Entries() => string.Join(" ", await Door.Books.Read(
        "select person_id, node, state, coalesce(end_reason, '') from journey_entries order by entry_id", r => $"{r.GetInt64(0)}@{r.GetString(1)}:{r.GetString(2)}{(r.GetString(3).Length > 0 ? "/" : "")}{r.GetString(3)}"));

    public async ValueTask DisposeAsync()
    {
        await Door.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    public sealed class MovableClock : TimeProvider
    {
        public long Ms { get; set; } = DoorHarness.Start;
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Ms);
    }
}

/// <summary>The harness as workers see the Door.</summary>
internal sealed class AsDoor(DoorHarness door) : IDoor
{
    public bool IsFull => false;
    public async ValueTask<Answer> Submit(Command command, CancellationToken cancel) => (await door.Apply(command))[0];
    public async ValueTask<Answer[]> SubmitMany(IReadOnlyList<Command> commands, CancellationToken cancel) => commands.Count == 0 ? [] : await door.Apply([.. commands]);
}
