using System.Text;
using NodaTime;

namespace Danke.Platform.Exports;

/// <summary>A column of an export.</summary>
/// <param name="Name">The stable heading, as the field is called in the API.</param>
/// <param name="Zh">The heading for who asks in Chinese.</param>
/// <param name="En">The heading for who asks in English.</param>
public sealed record CsvColumn<T>(string Name, string Zh, string En, Func<T, object?> Cell);

/// <summary>What a list is written as.</summary>
/// <param name="Name">The file's name begins with it, and the audit log says it: <c>persons</c> → <c>persons.exported</c>.</param>
public sealed record CsvTable<T>(string Name, params IReadOnlyList<CsvColumn<T>> Columns)
{
    /// <summary>Writes pages as they come, each one out before the next is asked for: no more than a page is ever held.</summary>
    /// <param name="wrote">How many rows are out, after every page.</param>
    public async Task Write(Stream to, CsvLanguage language, DateTimeZone zone, IAsyncEnumerator<IReadOnlyList<T>> pages, bool hasFirst, Action<long> wrote, CancellationToken cancel)
    {
        // The mark at the beginning tells Excel that it is UTF-8.
        await using var writer = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), bufferSize: 64 * 1024, leaveOpen: true);
        var text = new StringBuilder();
        CsvText.AppendRow(text, Columns.Select(c => Heading(c, language)), zone);
        var rows = 0L;
        for (var has = hasFirst; ; has = await pages.MoveNextAsync())
        {
            foreach (var row in has ? pages.Current : []) CsvText.AppendRow(text, Columns.Select(c => c.Cell(row)), zone);
            await writer.WriteAsync(text, cancel);
            await writer.FlushAsync(cancel);
            text.Clear();
            wrote(rows += has ? pages.Current.Count : 0);
            if (!has) return;
        }
    }

    private static string Heading(CsvColumn<T> column, CsvLanguage language) => language switch
    {
        CsvLanguage.Zh => column.Zh,
        CsvLanguage.En => column.En,
        _ => column.Name,
    };
}

/// <summary>What the headings are in.</summary>
public enum CsvLanguage
{
    /// <summary>The API's own names, for programs.</summary>
    Names,
    Zh,
    En,
}
