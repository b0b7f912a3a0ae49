using Danke.Contracts.Persons;
using Danke.Platform.Books;

namespace Danke.Loyalty.Members;

/// <summary>Members, present and former, by when they joined or by the points they may spend.</summary>
/// <param name="column">Of memberships.</param>
internal sealed class MembershipOrdering(BooksStore books, string name, string column) : IPersonOrdering
{
    public static MembershipOrdering ByJoining(BooksStore books) => new(books, "joined", "joined_at_ms");

    public static MembershipOrdering ByPoints(BooksStore books) => new(books, "points", "points_spendable");

    public string Name => name;

    // Only joining has an index: points move with every order.
    public bool IsAddedUpEachTime => column != "joined_at_ms";

    public async Task<IReadOnlyList<RankedPerson>> Next(PersonCriteria criteria, RankedPerson? after, int limit, CancellationToken cancel) => await books.Read($"""
        select {column}, person_id from memberships
        where program = @program and state <> 'merged' and ({column}, person_id) < (@value, @person) and joined_at_ms >= @from and joined_at_ms < @to
        order by {column} desc, person_id desc limit @limit
        """, r => new RankedPerson(r.GetInt64(0), r.GetInt64(1)),
        [
            ("program", criteria.Program), ("value", after?.Value ?? long.MaxValue), ("person", after?.PersonId ?? long.MaxValue), ("limit", (long)limit),
            ("from", criteria.JoinedFromMs ?? long.MinValue), ("to", criteria.JoinedToMs ?? long.MaxValue),
        ], cancel);

    public async Task<IReadOnlyList<RankedPerson>> Of(PersonCriteria criteria, IReadOnlyCollection<long> persons, CancellationToken cancel) => await books.Read(
        $"select {column}, person_id from memberships where person_id in ({{keys}}) and program = @program and state <> 'merged'",
        r => new RankedPerson(r.GetInt64(0), r.GetInt64(1)), [("program", criteria.Program), ("keys", persons.ToArray())], cancel);
}

/// <summary>Finds a member by the number on the card, also on a card that a merger left behind.</summary>
internal sealed class CardFinder(BooksStore books) : IPersonFinder
{
    public async Task<IReadOnlyList<long>> Find(string text, CancellationToken cancel) =>
        await books.Read("select person_id from memberships where card = @card", r => r.GetInt64(0), [("card", text)], cancel);
}
