using System.Text.Json.Nodes;
using Danke.Contracts.Persons;
using Danke.Loyalty.Benefits;
using Danke.Loyalty.Reading;
using Danke.Platform.Books;

namespace Danke.Loyalty.Members;

/// <summary>Benefits given, used and taken back.</summary>
internal sealed class BenefitLines(BooksStore books, LivePrograms programs) : ITimelineSource
{
    public string Name => "benefit_uses";
    public string Kind => TimelineKinds.Member;

    public async Task<IReadOnlyList<TimelineItem>> Read(TimelineRequest request, CancellationToken cancel)
    {
        var rows = await books.Read(BenefitUseRow.Select + " where person_id = @person", BenefitUseRow.Read, [("person", request.PersonId)], cancel);
        var titles = rows.Count == 0 ? [] : (from program in await programs.All(cancel) from benefit in program.Benefits select ((program.Name, benefit.Name), benefit.Title)).ToDictionary(b => b.Item1, b => b.Title);
        return request.Select(rows.SelectMany(r => Lines(r, titles.GetValueOrDefault((r.Program, r.Benefit), r.Benefit))));
    }

    private static IEnumerable<TimelineItem> Lines(BenefitUseRow row, string title)
    {
        var data = new JsonObject
        {
            ["program"] = row.Program,
            ["benefit"] = row.Benefit,
            ["benefit_title"] = title,
            ["benefit_kind"] = row.Kind,
            ["occasion"] = row.Occasion,
            ["times"] = row.Times,
            ["points"] = row.Points,
            ["voucher"] = row.Voucher,
        };
        var isGift = row.Occasion.Length > 0;
        yield return new TimelineItem(row.AtMs, row.Id * 2, "", isGift ? "benefit.given" : "benefit.used", data, isGift ? $"{row.Kind}: {row.Occasion}" : row.Reason ?? "");
        if (row.ReversedAtMs is { } reversed)
            yield return new TimelineItem(reversed, row.Id * 2 + 1, "", isGift ? "benefit.taken_back" : "benefit.use_reversed", data.DeepClone().AsObject(), isGift ? $"{row.TakenBack} of {row.Points} points taken back" : "");
    }
}
