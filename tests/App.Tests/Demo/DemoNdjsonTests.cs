using System.Security.Cryptography;
using Danke.App.Tests.Fixtures;
using Danke.Demo;
using Danke.Engines.Demo;
using Danke.Platform.Books;

namespace Danke.App.Tests.Demo;

public sealed class DemoNdjsonTests
{
    private static readonly DemoPlan Small = new() { Members = 200, Months = 6, Seed = 42 };

    // When this changes, everybody's generated files change: say so in the changelog.
    [Fact]
    public async Task A_plan_is_the_same_bytes_over_versions_and_machines()
    {
        var bytes = await Written(Small);
        Convert.ToHexString(SHA256.HashData(bytes))[..16].ShouldBe("75375AAECB4822D1");
        (await Written(Small)).ShouldBe(bytes);
    }

    [Fact]
    public async Task Every_event_is_one_line_and_nothing_else_is_written()
    {
        var reported = new List<DemoProgress>();
        using var to = new MemoryStream();
        var events = await DemoNdjson.Write(Small, to, new Reported(reported), TestContext.Current.CancellationToken);

        var bytes = to.ToArray();
        bytes[0].ShouldBe((byte)'{');
        bytes[^1].ShouldBe((byte)'\n');
        bytes.ShouldNotContain((byte)'\r');
        bytes.Count(b => b == '\n').ShouldBe((int)events);
        reported[^1].ShouldBe(new DemoProgress(events, 1));
        reported.Select(r => r.Share).ShouldBe(reported.Select(r => r.Share).Order());
        reported.Count.ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task Generating_can_be_stopped()
    {
        using var stop = new CancellationTokenSource();
        var reported = new List<DemoProgress>();
        await Should.ThrowAsync<OperationCanceledException>(() =>
            DemoNdjson.Write(Small with { Members = 5_000 }, new MemoryStream(), new Reported(reported, stop.Cancel), stop.Token));
        reported.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_verb_prints_the_plan_s_events_and_says_what_is_wrong_with_a_plan()
    {
        await using var danke = await DankeProcess.New(Dialect.Sqlite);
        var file = Path.Combine(danke.Settings.Data, "demo.ndjson");

        var printed = await danke.Verb("generate", "--members", "30", "--months", "2", "--seed", "9", "--from", "2025-03-01");
        var written = await danke.Verb("generate", "--members", "30", "--months", "2", "--seed", "9", "--from", "2025-03-01", "--out", file);

        printed.ExitCode.ShouldBe(0, printed.Errors);
        written.ExitCode.ShouldBe(0, written.Errors);
        written.Output.ShouldBeEmpty();
        var expected = await Written(new DemoPlan { Members = 30, Months = 2, Seed = 9, From = new NodaTime.LocalDate(2025, 3, 1) });
        (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).ShouldBe(expected);
        printed.Output.ShouldBe(System.Text.Encoding.UTF8.GetString(expected));
        Directory.GetFiles(danke.Settings.Data, "*.part").ShouldBeEmpty();

        var wrong = await danke.Verb("generate", "--members", "0");
        wrong.ExitCode.ShouldBe(2);
        wrong.Errors.ShouldContain("members must be");
        (await danke.Verb("generate", "--from", "1.1.2024")).ExitCode.ShouldBe(2);
        (await danke.Verb("generate", "--into-system", "--from", "2079-01-01")).Errors.ShouldContain("has not been yet");
        (await danke.Verb("generate", "--into-system", "--out", file)).ExitCode.ShouldBe(2);
    }

    private static async Task<byte[]> Written(DemoPlan plan)
    {
        using var to = new MemoryStream();
        await DemoNdjson.Write(plan, to, null, TestContext.Current.CancellationToken);
        return to.ToArray();
    }

    private sealed class Reported(List<DemoProgress> list, Action? then = null) : IProgress<DemoProgress>
    {
        public void Report(DemoProgress value)
        {
            list.Add(value);
            then?.Invoke();
        }
    }
}
