using Danke.Platform.Books;

namespace Danke.Persons.Reviewing;

/// <summary>How well likeness tells persons apart, by what people answered.</summary>
/// <param name="Answered">Pairs that somebody answered with same or different.</param>
/// <param name="Thresholds">What each probability as a threshold would have come to among these pairs.</param>
public sealed record EvaluationView(long Answered, long Same, long Different, IReadOnlyList<ThresholdView> Thresholds);

/// <param name="From">The probability from which on pairs would be linked.</param>
/// <param name="Precision">Of those linked, the share that are one person; null when none would be.</param>
/// <param name="Recall">Of the pairs that are one person, the share that would be linked; among the answered pairs alone: what was never shown is not known.</param>
public sealed record ThresholdView(double From, long Same, long Different, double? Precision, double? Recall);

/// <summary>Counts answers at thresholds.</summary>
internal sealed class Evaluation(BooksStore books)
{
    private static readonly long[] Thresholds = [500_000, 700_000, 800_000, 900_000, 950_000, 980_000, 990_000, 999_000];

    public async Task<EvaluationView> Of(CancellationToken cancel)
    {
        var answers = await books.Read("select probability_ppm, state from identity_pairs where state in ('same', 'different')", r => (Ppm: r.GetInt64(0), IsSame: r.GetString(1) == PairStates.Same), [], cancel);
        long all = answers.Count(a => a.IsSame);
        return new EvaluationView(answers.Count, all, answers.Count - all, [.. Thresholds.Select(from => At(from, [.. answers.Where(a => a.Ppm >= from).Select(a => a.IsSame)], all))]);
    }

    private static ThresholdView At(long from, List<bool> linked, long all)
    {
        long same = linked.Count(s => s);
        return new ThresholdView(from / 1e6, same, linked.Count - same, linked.Count == 0 ? null : Math.Round((double)same / linked.Count, 4), all == 0 ? null : Math.Round((double)same / all, 4));
    }
}
