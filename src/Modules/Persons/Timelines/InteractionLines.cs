using System.Text.Json.Nodes;
using Danke.Contracts.Persons;
using Danke.Platform.Books;

namespace Danke.Persons.Timelines;

/// <summary>What a person did: views, clicks, follows.</summary>
internal sealed class InteractionLines(BooksStore books) : ITimelineSource
{
    public string Name => "interactions";
    public string Kind => TimelineKinds.Interaction;

    public async Task<IReadOnlyList<TimelineItem>> Read(TimelineRequest request, CancellationToken cancel) => await books.Read("""
        select at_ms, interaction_id, channel, shop, kind, properties from interactions
        where person_id = @person and (at_ms, interaction_id) < (@at, @number)
        order by at_ms desc, interaction_id desc limit @limit
        """, r => new TimelineItem(r.GetInt64(0), r.GetInt64(1), r.GetString(2), "interaction.happened",
            new JsonObject { ["kind"] = r.GetString(4), ["shop"] = r.GetString(3), ["properties"] = JsonNode.Parse(r.GetString(5)) }, ""),
        [("person", request.PersonId), ("at", request.AtMs), ("number", request.Number), ("limit", (long)request.Limit)], cancel);
}
