using System.Text.Json.Nodes;
using Danke.Contracts.Persons;
using Danke.Engines.Identity;
using Danke.Persons.Linking;
using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.Persons.Timelines;

/// <summary>When each identifier was first seen.</summary>
internal sealed class IdentifierLines(BooksStore books, Vault vault, LiveIdentityRules live) : ITimelineSource
{
    public string Name => "identifiers";
    public string Kind => TimelineKinds.Identity;

    // A person has some tens of them at most.
    public async Task<IReadOnlyList<TimelineItem>> Read(TimelineRequest request, CancellationToken cancel) =>
        request.Select((await books.Read(IdentifierRow.Select + " where person_id = @person", IdentifierRow.Reader(live.Current), [("person", request.PersonId)], cancel))
            .Select(row => Line(row, request.MayReveal)));

    private TimelineItem Line(IdentifierRow row, bool reveal)
    {
        var value = vault.Open(row.ValueCipher);
        return new TimelineItem(row.FirstSeenMs, row.Key, "", "identity.seen", new JsonObject
        {
            ["namespace"] = row.Namespace,
            ["scope"] = row.Scope,
            ["value"] = reveal ? value : Vault.Mask(row.Namespace, value),
            ["verified"] = row.Verified,
            ["source"] = row.Source,
        }, $"said {row.Source}");
    }
}

/// <summary>When another person turned out to be this one.</summary>
internal sealed class MergeLines(BooksStore books) : ITimelineSource
{
    public string Name => "merges";
    public string Kind => TimelineKinds.Identity;

    public async Task<IReadOnlyList<TimelineItem>> Read(TimelineRequest request, CancellationToken cancel) =>
        request.Select(await books.Read("select merged_at_ms, from_person, command_key from person_aliases where to_person = @person",
            r => new TimelineItem(r.GetInt64(0), r.GetInt64(1), "", "identity.merged", new JsonObject { ["from_person"] = r.GetInt64(1), ["event"] = r.GetString(2) },
                $"event {r.GetString(2)} named both"),
            [("person", request.PersonId)], cancel));
}
