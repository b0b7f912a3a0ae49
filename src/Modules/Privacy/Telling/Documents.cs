using Danke.Platform.Privacy;
using Danke.Platform.Workers;
using Danke.Privacy.Requests;
using Microsoft.Extensions.Logging;

namespace Danke.Privacy.Telling;

/// <summary>Exports of a person who is erased go with the person.</summary>
internal sealed class DocumentTraces(RequestStore requests, Teller teller) : ISweepsTraces
{
    public string Name => "exports";

    public async Task<long> Sweep(Traces traces, CancellationToken cancel)
    {
        var theirs = await Theirs(traces, cancel);
        foreach (var request in theirs) await teller.Delete(request);
        return theirs.Count;
    }

    public async Task<long> Count(Traces traces, CancellationToken cancel) => (await Theirs(traces, cancel)).Count;

    private async Task<List<PrivacyRequest>> Theirs(Traces traces, CancellationToken cancel) =>
        [.. (await requests.Documents(cancel)).Where(r => traces.Subject.Persons.Contains(r.PersonId))];
}

/// <summary>Deletes exports whose time is over.</summary>
internal sealed class DocumentSweeper(RequestStore requests, Teller teller, TimeProvider clock, ILogger<DocumentSweeper> log) : Sweeper(TimeSpan.FromMinutes(1), clock, log)
{
    public override async Task<int> Sweep(CancellationToken cancel)
    {
        var over = (await requests.Documents(cancel)).Where(r => r.DocumentUntilMs <= Clock.GetUtcNow().ToUnixTimeMilliseconds()).ToList();
        foreach (var request in over) await teller.Delete(request);
        return over.Count;
    }
}
