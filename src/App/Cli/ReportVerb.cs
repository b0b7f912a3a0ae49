using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.App.Hosting;
using Danke.Platform.Insight;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.App.Cli;

/// <summary><c>danke report NAME</c>: prints what the console's report of that name shows.</summary>
internal static class ReportVerb
{
    public static Command Create()
    {
        var name = new Argument<string?>("NAME") { Arity = ArgumentArity.ZeroOrOne, Description = "overview, gmv, rfm, cohorts, retention, repurchase, stage-flow, points, channels or liability; without it the reports are listed." };
        Option<string?>[] options =
        [
            Named("--as-of", "DATE", "The day up to whose end the data counts (default: the day of the newest data)."),
            Named("--from", "DATE", "The period's first day."),
            Named("--to", "DATE", "The day after the period's last."),
            Named("--channel", "NAME", "One channel only."),
            Named("--currency", "CODE", "ISO code of the amounts (default: the brand's)."),
        ];
        var more = new Option<string[]>("--set") { HelpName = "NAME=VALUE", AllowMultipleArgumentsPerToken = true, Description = "Any other parameter of the report, e.g. --set view=net people=true." };
        var verb = new Command("report", "Print a report: the same figures as on the screen. --zone counts days in another time zone.") { name, more, CommonOptions.Json };
        foreach (var option in options) verb.Add(option);
        verb.SetAction(async (given, cancel) =>
        {
            var parameters = options.Append(null).Select(option => option is null
                    ? (Name: "zone", Value: given.GetValue<string?>("--zone"))
                    : (Name: option.Name.TrimStart('-').Replace('-', '_'), Value: given.GetValue(option)))
                .Where(p => p.Value is not null).Select(p => (p.Name, p.Value!)).ToList();
            foreach (var pair in given.GetValue(more) ?? [])
            {
                if (pair.Split('=', 2) is not [var key, var value]) return Printing.Fail($"--set takes NAME=VALUE, not '{pair}'.", 2);
                parameters.Add((key, value));
            }
            await using var session = await ServerSession.Open(given.Settings(), cancel);
            // A server of our own has only just started to follow the Books.
            if (session.Services is { } own) await own.GetRequiredService<InsightFeeder>().WaitUntilCaughtUp(cancel);
            return await Print(session.Client, given.GetValue(name), parameters, given.GetValue(CommonOptions.Json), cancel);
        });
        return verb;
    }

    private static Option<string?> Named(string name, string value, string description) => new(name) { HelpName = value, Description = description };

    private static async Task<int> Print(HttpClient client, string? name, List<(string Name, string Value)> parameters, bool json, CancellationToken cancel)
    {
        var query = string.Join('&', parameters.Select(p => $"{Uri.EscapeDataString(p.Name)}={Uri.EscapeDataString(p.Value)}"));
        using var response = await client.GetAsync(name is null ? "v1/reports" : $"v1/reports/{Uri.EscapeDataString(name)}?{query}", cancel);
        if (!response.IsSuccessStatusCode) return Printing.Fail(await Printing.Refusal(response, cancel), (int)response.StatusCode is 400 or 404 ? 2 : 1);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancel))!;
        if (json) Printing.Json(body);
        else if (name is null) List(body);
        else ReportText.Write(body.AsObject(), Console.Out);
        return 0;
    }

    private static void List(JsonNode body)
    {
        foreach (var report in body["items"]!.AsArray())
            Console.WriteLine($"{report!["name"],-12} {report["question"]}");
    }
}

/// <summary>A report's JSON as indented text: one line a figure, lists of figures as tables.</summary>
internal static class ReportText
{
    public static void Write(JsonObject report, TextWriter to)
    {
        to.WriteLine($"{report["title"]} as of {report["as_of"]} ({report["zone"]}, {report["currency"]}){(report["complete"]!.GetValue<bool>() ? "" : " - not complete yet")}");
        foreach (var (name, value) in report)
            if (name is not ("report" or "title" or "definitions" or "as_of" or "zone" or "currency" or "complete")) Write(name, value, 0, to);
    }

    private static void Write(string name, JsonNode? value, int depth, TextWriter to)
    {
        var indent = new string(' ', depth * 2);
        switch (value)
        {
            case JsonObject fields:
                to.WriteLine($"{indent}{name}");
                foreach (var (field, inner) in fields) Write(field, inner, depth + 1, to);
                break;
            case JsonArray { Count: > 0 } rows when rows[0] is JsonObject first:
                to.WriteLine($"{indent}{name}");
                Table(rows, [.. first.Where(f => f.Value is null or JsonValue).Select(f => f.Key)], indent + "  ", to);
                break;
            case JsonArray items:
                to.WriteLine($"{indent}{name}: {string.Join(", ", items.Select(Text))}");
                break;
            default:
                to.WriteLine($"{indent}{name}: {Text(value)}");
                break;
        }
    }

    private static void Table(JsonArray rows, string[] columns, string indent, TextWriter to)
    {
        var cells = rows.Select(row => columns.Select(c => Text(row![c])).ToArray()).Prepend(columns).ToArray();
        var widths = columns.Select((_, i) => cells.Max(row => row[i].Length)).ToArray();
        foreach (var row in cells) to.WriteLine(indent + string.Join("  ", row.Select((cell, i) => cell.PadLeft(widths[i]))));
    }

    private static string Text(JsonNode? value) => value is null ? "-"
        : value.GetValueKind() == JsonValueKind.Number && value.AsValue().TryGetValue<long>(out var whole) ? whole.ToString(CultureInfo.InvariantCulture)
        : value.ToString();
}
