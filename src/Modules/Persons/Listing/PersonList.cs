using System.Runtime.CompilerServices;
using Danke.Contracts.Persons;

namespace Danke.Persons.Listing;

/// <summary>Whom a list shows: where a page begins, and how many.</summary>
/// <param name="Within">Only these; null for everybody.</param>
internal sealed record ListRequest(IPersonOrdering Ordering, PersonCriteria Criteria, IReadOnlyList<long>? Within, RankedPerson? After, int Limit);

/// <param name="Next">What the next page begins after; null at the end. A page may be short and still have a next one.</param>
/// <param name="Total">How many there are in all; null when counting would cost more than it says.</param>
internal sealed record ListedPersons(IReadOnlyList<RankedPerson> Persons, RankedPerson? Next, long? Total);

/// <summary>
/// Narrows and orders persons by what several modules know, none of which may look into another's tables. When some condition is met by
/// few, these are taken whole, narrowed further and ordered in memory. Otherwise the ordering is followed, piece by piece, and what does
/// not pass is left out: with conditions that many meet, a page is soon full.
/// </summary>
internal sealed class PersonList(IEnumerable<IPersonFilter> filters, LastSeenOrdering everybody)
{
    /// <summary>So many are ordered in memory in some tens of milliseconds.</summary>
    private const int Few = 20_000;

    private const int FirstPiece = 200;
    private const int LargestPiece = 4_000;

    /// <summary>Of an ordering that is added up each time.</summary>
    private const int LargestRanking = 40_000;

    /// <summary>A page that found nothing in so many is given as it is, with the place to go on from.</summary>
    private const int MostScanned = 40_000;

    public async Task<ListedPersons> Read(ListRequest request, CancellationToken cancel)
    {
        var applying = filters.Where(f => f.AppliesTo(request.Criteria)).ToList();
        if (request.Within is { } within) return await OfFew(request, applying, within, cancel);
        foreach (var filter in applying)
            if (await filter.All(request.Criteria, Few, cancel) is { } few) return await OfFew(request, [.. applying.Where(f => f != filter)], few, cancel);
        return await InOrder(request, applying, cancel);
    }

    private static async Task<ListedPersons> OfFew(ListRequest request, List<IPersonFilter> applying, IReadOnlyList<long> few, CancellationToken cancel)
    {
        var ranked = new List<RankedPerson>();
        foreach (var piece in few.Chunk(LargestPiece))
        {
            IReadOnlyCollection<long> passing = piece;
            foreach (var filter in applying) passing = [.. await filter.Among(request.Criteria, passing, cancel)];
            if (passing.Count > 0) ranked.AddRange(await request.Ordering.Of(request.Criteria, passing, cancel));
        }
        var page = ranked.Where(p => request.After is not { } after || Compare(after, p) < 0).Order(Comparer<RankedPerson>.Create(Compare)).Take(request.Limit + 1).ToList();
        return new ListedPersons([.. page.Take(request.Limit)], page.Count > request.Limit ? page[request.Limit - 1] : null, ranked.Count);
    }

    private async Task<ListedPersons> InOrder(ListRequest request, List<IPersonFilter> applying, CancellationToken cancel)
    {
        var found = new List<RankedPerson>();
        var after = request.After;
        var scanned = 0;
        await foreach (var piece in Pieces(request, applying.Count > 0, cancel))
        {
            found.AddRange(await Passing(request.Criteria, applying, piece, cancel));
            scanned += piece.Count;
            after = piece[^1];
            if (found.Count > request.Limit || scanned >= MostScanned) return await Page(request, applying.Count, found, after, cancel);
        }
        return await Page(request, applying.Count, found, null, cancel);
    }

    /// <summary>The ordering from where the page begins, in pieces that grow: most pages are full after the first.</summary>
    private static async IAsyncEnumerable<IReadOnlyList<RankedPerson>> Pieces(ListRequest request, bool narrows, [EnumeratorCancellation] CancellationToken cancel)
    {
        var first = Math.Max(FirstPiece, request.Limit + 1);
        var asking = narrows && request.Ordering.IsAddedUpEachTime ? LargestRanking : first;
        var size = first;
        var after = request.After;
        while (true)
        {
            var answer = await request.Ordering.Next(request.Criteria, after, asking, cancel);
            for (var at = 0; at < answer.Count; at += size, size = Math.Min(size * 4, LargestPiece)) yield return [.. answer.Skip(at).Take(size)];
            if (answer.Count < asking) yield break;
            after = answer[^1];
            asking = Math.Max(asking, size);
        }
    }

    private static async Task<IEnumerable<RankedPerson>> Passing(
        PersonCriteria criteria, List<IPersonFilter> applying, IReadOnlyList<RankedPerson> piece, CancellationToken cancel)
    {
        IReadOnlyCollection<long> passing = [.. piece.Select(p => p.PersonId)];
        foreach (var filter in applying)
            if (passing.Count > 0) passing = (IReadOnlyCollection<long>)await filter.Among(criteria, passing, cancel);
        return passing.Count == piece.Count ? piece : piece.Where(p => passing.Contains(p.PersonId));
    }

    private async Task<ListedPersons> Page(ListRequest request, int conditions, List<RankedPerson> found, RankedPerson? goOnAfter, CancellationToken cancel)
    {
        var total = conditions == 0 && request.Ordering == everybody ? await everybody.Count(cancel) : (long?)null;
        return found.Count > request.Limit
            ? new ListedPersons([.. found.Take(request.Limit)], found[request.Limit - 1], total)
            : new ListedPersons(found, goOnAfter, total);
    }

    // The larger value first, then the larger number.
    private static int Compare(RankedPerson a, RankedPerson b) => a.Value != b.Value ? b.Value.CompareTo(a.Value) : b.PersonId.CompareTo(a.PersonId);
}
