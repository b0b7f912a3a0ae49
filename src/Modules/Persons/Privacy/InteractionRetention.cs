using Danke.Platform.Books;
using Danke.Platform.Insight;
using Danke.Platform.Privacy;

namespace Danke.Persons.Privacy;

/// <summary>Interactions that are old go from the Books, and then from Insight, so that both still say the same.</summary>
internal sealed class InteractionRetention(BooksStore books, InsightFeeder feeder, InsightScrub insight)
    : RetainedRows(books, "interactions", new("互动记录", "Interactions"), null, "interactions", "interaction_id", "at_ms < @before")
{
    public override async Task<long> Remove(long beforeMs, CancellationToken cancel)
    {
        var removed = await base.Remove(beforeMs, cancel);
        if (insight.IsOff) return removed;
        await feeder.WaitUntilCaughtUp(cancel);
        await insight.RemoveBefore("interactions", "at", beforeMs, cancel);
        return removed;
    }
}
