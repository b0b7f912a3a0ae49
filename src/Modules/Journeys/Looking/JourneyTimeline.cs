using System.Text.Json.Nodes;
using Danke.Contracts.Persons;
using Danke.Journeys.Travelling;
using Danke.Platform.Books;

namespace Danke.Journeys.Looking;

/// <summary>Entering and leaving journeys, as lines of a person's timeline.</summary>
internal sealed class JourneyTimeline(BooksStore books) : ITimelineSource
{
    public string Name => "journey";
    public string Kind => TimelineKinds.Journey;

    // A person is in few journeys: all of them are read.
    public async Task<IReadOnlyList<TimelineItem>> Read(TimelineRequest request, CancellationToken cancel)
    {
        var entries = await books.Read(EntryRow.Select + " where person_id = @person", EntryRow.Read, [("person", request.PersonId)], cancel);
        return request.Select(entries.SelectMany(Lines));
    }

    // An entry is two lines; their numbers tell them apart and last.
    private static IEnumerable<TimelineItem> Lines(EntryRow entry)
    {
        yield return new TimelineItem(entry.EnteredAtMs, entry.EntryId * 2, "", "journey.entered", Data(entry), $"Started by event {entry.EnteredBy}; version {entry.Version}.");
        if (entry.EndedAtMs is { } ended)
            yield return new TimelineItem(ended, entry.EntryId * 2 + 1, "", $"journey.{entry.EndReason}", Data(entry), ReasonOf(entry));
    }

    private static string ReasonOf(EntryRow entry) => entry.EndReason switch
    {
        JourneysStage.Completed => $"Came to the end at {entry.Node}.",
        JourneysStage.Undone => "What it began with was undone: the order behind it came back, or is another report of a sale that counts already.",
        JourneysStage.Merged => "Was in the journey twice, since two persons turned out to be one; the other entry goes on.",
        EndJourneyEntry.ByHand => $"Taken out by hand at {entry.Node}.",
        _ => "",
    };

    private static JsonObject Data(EntryRow entry) =>
        new() { ["journey"] = entry.Journey, ["version"] = entry.Version, ["node"] = entry.Node, ["entry_id"] = entry.EntryId, ["event"] = entry.EnteredBy };
}
