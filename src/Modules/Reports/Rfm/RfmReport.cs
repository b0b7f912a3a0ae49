using System.Globalization;
using System.Text.Json.Serialization;

namespace Danke.Reports.Rfm;

/// <summary>Recency, frequency and money of every known buyer, scored by value, and who is in which cell.</summary>
public sealed record RfmAnswer : ReportAnswer
{
    public required RfmEdges Edges { get; init; }
    public required long Persons { get; init; }
    public required IReadOnlyList<RfmCell> Cells { get; init; }

    /// <summary>A page of persons, when asked for; richest first, ties by person.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<RfmPerson>? Items { get; init; }

    /// <summary>The next page's cursor; null on the last.</summary>
    public string? Next { get; init; }
}

/// <summary>A score is one more than the number of edges below the value; recency's is turned round. Quintiles of the data unless given.</summary>
public sealed record RfmEdges(IReadOnlyList<long> R, IReadOnlyList<long> F, IReadOnlyList<long> M);

/// <param name="R">Recency score: high is recent.</param>
public sealed record RfmCell(long R, long F, long M, long Persons, long Orders, long MonetaryMinor);

/// <param name="RecencyDays">Calendar days from the last purchase's day to the as-of day.</param>
/// <param name="Frequency">Distinct valid orders.</param>
/// <param name="MonetaryMinor">Sales or, in the net view, what stayed.</param>
public sealed record RfmPerson(long PersonId, long RecencyDays, long Frequency, long MonetaryMinor, long R, long F, long M)
{
    /// <summary>Masked for callers who may not see names; left out when not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Name { get; init; }
}

internal static class RfmReport
{
    public static async Task<ReportAnswer> Make(ReportContext context)
    {
        var asked = context.Parameters;
        var view = ReportContext.Choice(asked.View, "view", "sales", "net");
        var net = ("net", (object?)(view == "net" ? 1 : 0));
        var edges = await Edges(context, net);
        (string, object?)[] scoring = [net, ("r_edges", edges.R.ToArray()), ("f_edges", edges.F.ToArray()), ("m_edges", edges.M.ToArray())];
        var cells = await context.Rows("Rfm/cells", r =>
            new RfmCell(r.Long("r"), r.Long("f"), r.Long("m"), r.Long("persons"), r.Long("orders"), r.Long("monetary_minor")), scoring);
        var limit = (int)ReportContext.Number(asked.Limit, "limit", 50, 1, 1_000);
        var wanted = ReportContext.Choice(asked.People, "people", "false", "true") == "true" || asked.Person is not null;
        var page = wanted ? await Page(context, scoring, limit) : null;
        return new RfmAnswer
        {
            View = view,
            Basis = view == "net" ? "cash" : "order_date",
            Edges = edges,
            Persons = cells.Sum(c => c.Persons),
            Cells = cells,
            Items = page?.Take(limit).ToList(),
            Next = page is { } rows && rows.Count > limit ? CursorOf(rows[limit - 1]) : null,
        };
    }

    private static async Task<RfmEdges> Edges(ReportContext context, (string, object?) net)
    {
        var (r, f, m) = (ReportContext.Edges(context.Parameters.REdges, "r_edges"), ReportContext.Edges(context.Parameters.FEdges, "f_edges"), ReportContext.Edges(context.Parameters.MEdges, "m_edges"));
        if (r is not null && f is not null && m is not null) return new RfmEdges(r, f, m);
        long[] none = [];
        var quintiles = (await context.Rows("Rfm/edges", row => new RfmEdges(row.Longs("r_edges"), row.Longs("f_edges"), row.Longs("m_edges")),
            net, ("r_edges", none), ("f_edges", none), ("m_edges", none))).FirstOrDefault() ?? new RfmEdges([], [], []);
        return new RfmEdges(r ?? quintiles.R, f ?? quintiles.F, m ?? quintiles.M);
    }

    private static Task<List<RfmPerson>> Page(ReportContext context, (string, object?)[] scoring, int limit)
    {
        var asked = context.Parameters;
        var (afterMinor, afterPerson) = Cursor(asked.Cursor);
        return context.Rows("Rfm/persons", r =>
            new RfmPerson(r.Long("person_id"), r.Long("recency_days"), r.Long("frequency"), r.Long("monetary_minor"), r.Long("r"), r.Long("f"), r.Long("m")),
            [
                .. scoring, ("person", ReportContext.Number(asked.Person, "person", 0, 1, long.MaxValue)),
                ("r", ReportContext.Number(asked.R, "r", 0, 1, 10)), ("f", ReportContext.Number(asked.F, "f", 0, 1, 10)), ("m", ReportContext.Number(asked.M, "m", 0, 1, 10)),
                ("after_minor", afterMinor), ("after_person", afterPerson), ("limit", limit + 1),
            ]);
    }

    private static string CursorOf(RfmPerson last) => string.Create(CultureInfo.InvariantCulture, $"{last.MonetaryMinor}-{last.PersonId}");

    private static (long Minor, long Person) Cursor(string? text)
    {
        if (text is null) return (0, 0);
        return text.Split('-') is [var minor, var person] && long.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var m)
            && long.TryParse(person, NumberStyles.None, CultureInfo.InvariantCulture, out var p) && p > 0
            ? (m, p) : throw ReportContext.Wrong("bad_cursor", "cursor is the 'next' of the page before.");
    }
}
