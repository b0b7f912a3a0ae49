using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Contracts.Loyalty;
using Danke.Contracts.Orders;
using Danke.Contracts.Persons;
using Danke.Contracts.Touch;
using Danke.Platform.Books;

namespace Danke.Platform.Door;

/// <summary>The commands that one transaction applies, and what the stages tell one another about them.</summary>
public sealed class Batch(IReadOnlyList<Step> steps, Sequences ids, BooksTransaction books, long nowMs)
{
    /// <summary>In order of arrival; duplicates and conflicts are already answered and not among them.</summary>
    public IReadOnlyList<Step> Steps => steps;

    /// <summary>A new number of a kind; <see cref="Reserve"/> must have been called in Load.</summary>
    public long NewId(string kind) => ids.Take(kind);

    /// <summary>Makes sure that so many new numbers of a kind can be taken in Apply.</summary>
    public ValueTask Reserve(string kind, int count) => ids.Reserve(books, kind, count);

    /// <summary>When the batch is applied, milliseconds since 1970 UTC.</summary>
    public long NowMs => nowMs;

    /// <summary>Existing persons that the batch may touch, merges' both sides included. Set by the Persons stage's Load, widened by Orders.</summary>
    public IReadOnlyList<long> PersonIds { get; set; } = [];

    /// <summary>Some of <see cref="PersonIds"/> may be united by this batch, so their open lots are needed. Set by the Persons stage's Load.</summary>
    public IReadOnlyList<long> MayMerge { get; set; } = [];

    /// <summary>Some of <see cref="PersonIds"/> may lose identifiers by this batch and with them what came in by these. Set by the Persons stage's Load.</summary>
    public IReadOnlyList<long> MayDivide { get; set; } = [];

    /// <summary>Whether identifiers may change hands, be it between persons that this batch makes. Set by the Persons stage's Load.</summary>
    public bool MayMove { get; set; }

    /// <summary>Existing orders that the batch may touch. Set by the Orders stage's Load.</summary>
    public IReadOnlyList<(long OrderId, long PersonId)> Orders { get; set; } = [];

    /// <summary>What may be asked about the orders of the batch. Set by the Orders stage's Load.</summary>
    public IPurchases? Purchases { get; set; }

    /// <summary>What may be asked about birthdays. Set by the Persons stage's Load.</summary>
    public IBatchBirthMonths? BirthMonths { get; set; }

    /// <summary>How many <see cref="Step.News"/> the batch may bring, at most. Set by the stages before Journeys in Load.</summary>
    public int MostNews { get; set; }

    /// <summary>How many messages the batch may want sent, at most. Set by the stages before Touch in Load.</summary>
    public int MostMessages { get; set; }

    /// <summary>Persons absorbed by this batch, each with where it ended; stages move their rows by it in Save.</summary>
    public List<PersonMerge> Merges { get; } = [];

    /// <summary>Where identifiers ended that went from one person to another in this batch; stages move their rows by it in Save.</summary>
    public Dictionary<long, long> Owners { get; } = [];
}

/// <summary>One command on its way through the stages.</summary>
public sealed class Step(Command command, object? prepared = null)
{
    public Command Command => command;

    /// <summary>What <see cref="IPreparesSteps"/> found out beforehand; null when nobody did.</summary>
    public object? Prepared => prepared;

    /// <summary>Existing persons that the command's identifiers point to now, before anything is decided. Set by the Persons stage's Load.</summary>
    public IReadOnlyList<long> Candidates { get; set; } = [];

    /// <summary>Set by the Persons stage's Check.</summary>
    public PersonResolution Person { get; set; } = PersonResolution.Guest;

    /// <summary>
    /// Identifiers that this command takes from one person and gives to another, who may be new or have been absorbed and live again.
    /// Set by the Persons stage's Apply, before any other stage's.
    /// </summary>
    public IReadOnlyList<IdentifierMove> Moves { get; set; } = [];

    /// <summary>
    /// Every merge that this command makes: those into its own person, and others that its links allow elsewhere. They come before
    /// <see cref="Moves"/>. Set by the Persons stage's Apply, before any other stage's.
    /// </summary>
    public IReadOnlyList<PersonMerge> Merges { get; set; } = [];

    /// <summary>Whose a row is after the command's merges and moves.</summary>
    /// <param name="viaKey">The identifier it came in by.</param>
    public long OwnerAfter(long personId, long viaKey)
    {
        foreach (var merge in Merges)
            if (merge.From == personId) personId = merge.To;
        foreach (var move in Moves)
            if (move.Key == viaKey && move.From == personId) return move.To;
        return personId;
    }

    /// <summary>Set by the Orders stage's Apply when the command changed an order.</summary>
    public OrderChange? Order { get; set; }

    /// <summary>Where the person can be reached; set by the Persons stage's Apply for commands that touch, change consents or unite persons.</summary>
    public ContactSheet? Contact { get; set; }

    /// <summary>What a message to the person may say, by variable; told in Apply for commands that touch (<see cref="ITouches"/>).</summary>
    public MessageFacts Facts => field ??= new MessageFacts();

    /// <summary>What happened to members that may start a journey, beside the command itself; added in Apply by the stages before Journeys.</summary>
    public List<MemberNews> News => field ??= [];

    /// <summary>Messages that stages want sent to the person; added in Apply, taken by the Touch stage.</summary>
    public List<MessageIntent> Messages => field ??= [];

    /// <summary>What will be in the outbox for this command.</summary>
    public List<Announcement> Announcements { get; } = [];

    /// <summary>What a caller who waits is told beside yes: see <see cref="Answer.Outcome"/>. Set in Apply.</summary>
    public string? Outcome { get; set; }

    /// <summary>Set when the command is answered.</summary>
    public Answer? Answer { get; set; }

    public void Announce(string type, string entity, long key, System.Text.Json.Nodes.JsonObject? data = null, long? wasPerson = null) =>
        Announcements.Add(new Announcement(type, entity, key, data, wasPerson));
}
