using System.Collections.Concurrent;
using Danke.Platform.Books;

namespace Danke.App.Tests.Door;

public sealed class GatheredReadsTests
{
    [Fact]
    public async Task Who_asks_while_an_answer_is_on_its_way_is_asked_for_together_and_hears_of_his_own_key()
    {
        var asked = new ConcurrentQueue<int[]>();
        var gate = new TaskCompletionSource();
        var reads = new GatheredReads<int, string>(async keys =>
        {
            asked.Enqueue([.. keys]);
            await gate.Task;
            return keys.Where(k => k % 2 == 0).ToDictionary(k => k, k => $"row {k}");
        });

        var first = reads.Find(2);
        var later = Enumerable.Range(0, 1_200).Select(i => reads.Find(i % 600)).ToList();
        gate.SetResult();

        (await first).ShouldBe((true, "row 2"));
        var answers = await Task.WhenAll(later);
        for (var i = 0; i < answers.Length; i++) answers[i].ShouldBe(i % 600 % 2 == 0 ? (true, $"row {i % 600}") : (false, null));
        asked.Select(a => a.Length).ShouldBe([1, 500, 500, 200]);
        // Nobody is waiting: the next is asked for at once.
        (await reads.Find(8)).ShouldBe((true, "row 8"));
    }

    [Fact]
    public async Task A_question_that_fails_fails_for_those_it_was_for_and_no_others()
    {
        var reads = new GatheredReads<int, int>(keys => keys.Contains(13) ? throw new IOException("no") : Task.FromResult(keys.ToDictionary(k => k, k => k * 10)));

        await Should.ThrowAsync<IOException>(() => reads.Find(13));
        (await reads.Find(4)).ShouldBe((true, 40));
    }

    [Fact]
    public async Task Who_gives_up_waiting_holds_nobody_up()
    {
        var gate = new TaskCompletionSource();
        var reads = new GatheredReads<int, int>(async keys =>
        {
            await gate.Task;
            return keys.ToDictionary(k => k, k => k);
        });
        using var given = new CancellationTokenSource();
        var first = reads.Find(1, given.Token);
        var second = reads.Find(2);

        await given.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        (await second).ShouldBe((true, 2));
    }
}
