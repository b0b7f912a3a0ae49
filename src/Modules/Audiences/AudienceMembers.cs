using Danke.Contracts.Audiences;

namespace Danke.Audiences;

/// <summary>Answers other modules who is in an audience.</summary>
internal sealed class AudienceMembers(LiveAudiences live, AudienceQueries queries) : IAudienceMembers
{
    public async Task<AudiencePage?> Page(string audience, long after, int limit, CancellationToken cancel) =>
        await live.Find(audience, cancel) is not { } found ? null
        : await queries.Page(found.Definition, await queries.Ask(found.Definition, cancel), after, limit, cancel);
}
