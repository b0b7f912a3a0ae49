using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Danke.Platform.Privacy;
using NodaTime;

namespace Danke.Privacy.Telling;

/// <summary>The document as a page to read or print: one file, without anything from elsewhere.</summary>
internal sealed class ReadablePage(IReadOnlyList<PersonalTable> tables, bool isChinese, DateTimeZone zone)
{
    private const string Style = """
        :root{color-scheme:light dark}body{font:15px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:1080px;margin:2.5rem auto;padding:0 1.25rem}
        h1{font-size:1.5rem;margin-bottom:.25rem}h2{font-size:1.1rem;margin:2.25rem 0 .5rem}p{margin:.25rem 0;opacity:.75}.scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-size:.87rem}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid color-mix(in srgb,currentColor 18%,transparent)}
        th{white-space:nowrap;font-weight:600}td{overflow-wrap:anywhere;min-width:5rem}td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        """;

    public string Of(JsonObject document)
    {
        var page = new StringBuilder();
        var title = Say("我们保存的关于您的资料", "What we keep about you");
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"{Say("zh-CN", "en")}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{Text(title)}</title><style>{Style}</style></head><body>");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Text(title)}</h1><p>{Text(document["brand"]!.GetValue<string>())} · {Text(Instant(document["made_at"]))} · {Text(Say("编号", "Number"))} {document["person_id"]}</p>");
        foreach (var table in tables.Where(t => t.Fields.Count > 0))
            if (document["data"]?[table.Name] is JsonArray rows) Section(page, table, rows);
        return page.Append("</body></html>").ToString();
    }

    private void Section(StringBuilder page, PersonalTable table, JsonArray rows)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2>{Text(Say(table.Title))}（{rows.Count}）</h2>");
        if (rows.Count == 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>{Text(Say("没有记录。", "Nothing is kept."))}</p>");
            return;
        }
        page.Append("<div class=\"scroll\"><table><thead><tr>");
        foreach (var field in table.Fields) page.Append(CultureInfo.InvariantCulture, $"<th>{Text(Say(field.Title))}</th>");
        page.Append("</tr></thead><tbody>");
        foreach (var row in rows)
        {
            page.Append("<tr>");
            foreach (var field in table.Fields)
                page.Append(CultureInfo.InvariantCulture, $"<td{(field.Kind is PersonalKind.Number or PersonalKind.Money ? " class=\"n\"" : "")}>{Text(Shown(field, row![field.Name], row))}</td>");
            page.Append("</tr>");
        }
        page.Append("</tbody></table></div>");
    }

    private string Shown(PersonalField field, JsonNode? value, JsonNode row) => (field.Kind, value) switch
    {
        (_, null) => "",
        (PersonalKind.Instant, _) => Instant(value),
        (PersonalKind.YesNo, _) => value.GetValue<bool>() ? Say("是", "yes") : Say("否", "no"),
        (PersonalKind.Money, _) => Money(value.GetValue<long>(), row["currency"]?.GetValue<string>() ?? ""),
        (_, JsonObject or JsonArray) => Inner(value),
        _ => value.ToString(),
    };

    private static string Inner(JsonNode? value) => value switch
    {
        null => "",
        JsonObject all => string.Join("; ", all.Where(p => p.Value is not null).Select(p => $"{p.Key}: {Inner(p.Value)}")),
        JsonArray list => string.Join(list.Any(i => i is JsonArray or JsonObject) ? "; " : " · ", list.Where(i => i is not null).Select(Inner)),
        _ => value.ToString(),
    };

    // Two decimals but for the currencies that have none.
    private static string Money(long minor, string currency) => currency is "JPY" or "KRW" or "VND"
        ? string.Create(CultureInfo.InvariantCulture, $"{minor:N0} {currency}") : string.Create(CultureInfo.InvariantCulture, $"{minor / 100m:N2} {currency}");

    private string Instant(JsonNode? at) => at is null ? ""
        : NodaTime.Instant.FromDateTimeOffset(at.GetValue<DateTimeOffset>()).InZone(zone).LocalDateTime.ToString("uuuu-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private string Say(PersonalTitle title) => Say(title.Zh, title.En);

    private string Say(string zh, string en) => isChinese ? zh : en;

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
