using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Danke.Contracts.Events;
using Danke.Contracts.Persons;
using Danke.Persons.Looking;

namespace Danke.Persons.Timelines;

/// <summary>What a person allowed and forbade: the statements that count now.</summary>
internal sealed class ConsentLines(Consents consents) : ITimelineSource
{
    public string Name => "consents";
    public string Kind => TimelineKinds.Consent;

    public async Task<IReadOnlyList<TimelineItem>> Read(TimelineRequest request, CancellationToken cancel) =>
        request.Select((await consents.Rows(request.PersonId, cancel)).Select(r => Line(r, request.MayReveal)));

    private TimelineItem Line(Consents.Row row, bool reveal) => new(row.AtMs, NumberOf(row), "", row.Granted ? "consent.granted" : "consent.withdrawn", new JsonObject
    {
        ["via"] = row.Via,
        ["purpose"] = row.Purpose,
        ["point"] = consents.Point(row, reveal),
        ["evidence"] = Consents.Evidence(row, reveal),
        ["source"] = row.Source,
    }, Consents.Evidence(row, reveal) is { Length: > 0 } evidence ? $"said {row.Source}: {evidence}" : $"said {row.Source}");

    // Consents have no number of their own.
    private static long NumberOf(Consents.Row row)
    {
        var text = Encoding.UTF8.GetBytes($"{row.Via}/{row.Purpose}/");
        var point = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(point, row.PointKey);
        return (long)(EventHash.XxHash64([.. text, .. point]) >> 1);
    }
}
