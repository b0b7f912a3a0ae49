using System.Text.Json;
using Danke.Contracts.Persons;
using Danke.Platform.Access;
using Danke.Platform.Json;
using Danke.Reports.Rfm;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Reports;

/// <summary>What reports there are, and how every figure in them is defined.</summary>
public sealed record ReportList(IReadOnlyList<ReportListItem> Items, IReadOnlyDictionary<string, DefinitionText> Definitions);

/// <param name="Question">What the report answers.</param>
public sealed record ReportListItem(string Name, DefinitionText Title, string Question, IReadOnlyList<string> Parameters, IReadOnlyList<string> Definitions);

internal static class ReportEndpoints
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapGet("/reports", List).RequireScope(Scopes.ReportsRead).WithName("ListReports").WithTags("Reports").WithSummary("The reports, and how their figures are defined");
        // One endpoint a report rather than one for all: each has an answer of its own in the API's description.
        foreach (var report in ReportCatalogue.All)
            v1.MapGet("/reports/" + report.Name, ([AsParameters] ReportParameters parameters, HttpContext context, ReportRunner reports, IEnumerable<IPersonFacet<PersonLabel>> labels, CancellationToken cancel) =>
                    Run(report.Name, parameters, context, reports, labels, cancel))
                .RequireScope(Scopes.ReportsRead).WithName("Report-" + report.Name).WithTags("Reports").WithSummary($"{report.Title}: {report.Question}")
                .Produces(StatusCodes.Status200OK, report.Answer, "application/json");
        v1.MapGet("/reports/{name}", (string name, [AsParameters] ReportParameters parameters, HttpContext context, ReportRunner reports, IEnumerable<IPersonFacet<PersonLabel>> labels, CancellationToken cancel) =>
                Run(name, parameters, context, reports, labels, cancel))
            .RequireScope(Scopes.ReportsRead).ExcludeFromDescription();
    }

    public static ReportList List() => new(
        [.. ReportCatalogue.All.Select(r => new ReportListItem(r.Name, new DefinitionText(r.TitleZh, r.Title), r.Question, [.. r.Parameters], r.Definitions))],
        ReportCatalogue.Texts);

    private static async Task<IResult> Run(
        string name, ReportParameters parameters, HttpContext context, ReportRunner reports, IEnumerable<IPersonFacet<PersonLabel>> labels, CancellationToken cancel)
    {
        var answer = await reports.Run(name, parameters, cancel);
        if (answer is RfmAnswer { Items: { } people } rfm)
        {
            // Insight knows numbers only.
            var names = await labels.For(context, people.Select(p => p.PersonId), cancel);
            answer = rfm with { Items = [.. people.Select(p => p with { Name = names.GetValueOrDefault(p.PersonId) })] };
        }
        return Results.Json<object>(answer, DankeJson.Options);
    }
}
