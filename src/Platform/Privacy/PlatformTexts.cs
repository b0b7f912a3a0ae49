using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.Platform.Privacy;

/// <summary>
/// Text of the platform's own tables in which an identifier may stand: the ids under which sources sent events, the log of changes,
/// jobs' titles and details. The ids stay recognisable as one another, so that what was applied stays applied and the audit clean.
/// </summary>
internal sealed class PlatformTexts(IEnumerable<PersonalTable> tables, BooksStore books, Vault vault) : ISweepsTraces
{
    private const string Gone = """'{"before":null,"after":null,"erased":true}'""";

    private static readonly (string Table, string Column, string Blank)[] Texts =
    [
        ("commands", "detail", "null"), ("commands", "outcome", "null"), ("outbox", "announcements", "'[]'"), ("audit_log", "detail", Gone), ("jobs", "title", "'***'"), ("jobs", "detail", "'{}'"), ("jobs", "error", "'***'"),
    ];

    /// <summary>Where the keys of commands stand.</summary>
    private readonly IReadOnlyList<(string Table, string Column, string Also)> keys =
        [("commands", "command_key", ""), ("outbox", "command_key", ""), .. tables.Where(t => t.Fate == Fate.Kept).SelectMany(t => t.CommandKeys.Select(c => (t.Name, c, t.WhenKeyChanges)))];

    public string Name => "texts";

    public async Task<long> Sweep(Traces traces, CancellationToken cancel)
    {
        long touched = 0;
        foreach (var value in traces.Values)
        {
            // The same in every table, and another for every value: what was one command is one still.
            var token = "erased-" + Convert.ToHexStringLower(vault.Tombstone("text", "", value).AsSpan(0, 8));
            foreach (var (table, column, also) in keys)
                touched += await Change(table, column, $"case when {At(column)} > 0 then replace({column}, @value, @token) else replace(lower({column}), @value, @token) end{(also.Length > 0 ? ", " + also : "")}", value, token, cancel);
            foreach (var (table, column, blank) in Texts) touched += await Change(table, column, blank, value, token, cancel);
        }
        // Redemptions' answers hold what was said with them.
        touched += await books.Write(t => t.Execute("update commands set outcome = null where person_id in ({set:persons}) and outcome is not null", ("persons", traces.Subject.Persons)), cancel);
        return touched + await BlankLog([.. traces.Subject.Persons.Select(p => $"person/{p}")], cancel);
    }

    // Looked for first, beside the writers: hardly ever is there anything to change.
    private async Task<long> Change(string table, string column, string to, string value, string token, CancellationToken cancel) => await Count(table, column, value, cancel) == 0 ? 0
        : await books.Write(t => t.Execute($"update {table} set {column} = {to} where {At($"lower({column})")} > 0", [("value", value), .. to.Contains("@token", StringComparison.Ordinal) ? [("token", (object?)token)] : Array.Empty<(string, object?)>()]), cancel);

    // What was written about the person by hand: who did what and when stays, what was said with it goes.
    private Task<int> BlankLog(string[] targets, CancellationToken cancel) => books.Write(t => t.Execute(
        $"update audit_log set detail = {Gone} where target in ({"{set:targets:text}"}) and action not like 'privacy.%' and detail <> {Gone}", ("targets", targets)), cancel);

    public async Task<long> Count(Traces traces, CancellationToken cancel)
    {
        long found = 0;
        foreach (var value in traces.Values)
            foreach (var (table, column) in keys.Select(k => (k.Table, k.Column)).Concat(Texts.Select(t => (t.Table, t.Column)))) found += await Count(table, column, value, cancel);
        return found;
    }

    private async Task<long> Count(string table, string column, string value, CancellationToken cancel) =>
        (await books.Read($"select count(*) from {table} where {At($"lower({column})")} > 0", r => r.GetInt64(0), [("value", value)], cancel))[0];

    private static string At(string text) => $"{{sqlite:instr({text}, @value)}}{{postgres:strpos({text}, @value)}}";
}
