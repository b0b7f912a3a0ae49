using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Json;

namespace Danke.Platform.Definitions;

/// <summary>
/// Keeps versioned definitions. A version is written once; publishing changes states only. Validates by the kind before anything is kept.
/// </summary>
public sealed class DefinitionStore(BooksStore books, IEnumerable<IDefinitionKind> kinds, Audit audit, TimeProvider clock)
{
    private const string Select = "select kind, name, version, state, title, body, note, created_at_ms, created_by from definitions";

    public IReadOnlyDictionary<string, IDefinitionKind> Kinds { get; } = kinds.ToDictionary(k => k.Kind);

    /// <summary>The version in force; null when none is.</summary>
    public async Task<Definition?> Live(string kind, string name, CancellationToken cancel = default) =>
        (await books.Read($"{Select} where kind = @kind and name = @name and state = 'live'", From, [("kind", kind), ("name", name)], cancel)).FirstOrDefault();

    /// <summary>Every version in force of a kind, by name.</summary>
    public Task<List<Definition>> AllLive(string kind, CancellationToken cancel = default) =>
        books.Read($"{Select} where kind = @kind and state = 'live' order by name", From, [("kind", kind)], cancel);

    public async Task<Definition?> Version(string kind, string name, long version, CancellationToken cancel = default) =>
        (await books.Read($"{Select} where kind = @kind and name = @name and version = @version", From, [("kind", kind), ("name", name), ("version", version)], cancel))
        .FirstOrDefault();

    /// <summary>All versions of a name, newest first.</summary>
    public Task<List<Definition>> Versions(string kind, string name, CancellationToken cancel = default) =>
        books.Read($"{Select} where kind = @kind and name = @name order by version desc", From, [("kind", kind), ("name", name)], cancel);

    /// <summary>Each name's newest version and the one in force, of one kind or of all.</summary>
    internal Task<List<DefinitionHead>> Heads(string? kind, CancellationToken cancel) => books.Read("""
        select d.kind, d.name, d.title, d.version, d.created_at_ms, d.created_by,
          (select max(l.version) from definitions l where l.kind = d.kind and l.name = d.name and l.state = 'live')
        from definitions d
        where (@kind = '' or d.kind = @kind) and d.version = (select max(m.version) from definitions m where m.kind = d.kind and m.name = d.name)
        order by d.kind, d.name
        """, r => new DefinitionHead(r.GetString(0), r.GetString(1), r.GetString(2), r.GetInt64(3), r.LongOrNull(6),
            DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(4)), r.GetString(5)), [("kind", kind ?? "")], cancel);

    /// <summary>Keeps a new draft; when the newest version says the same already, answers that one.</summary>
    /// <exception cref="DefinitionInvalidException">The kind has something against it.</exception>
    public async Task<Definition> Draft(string kind, string name, JsonNode body, string? title, string? note, Caller by, CancellationToken cancel = default)
    {
        if (await Problems(kind, body, cancel: cancel) is { Count: > 0 } problems) throw new DefinitionInvalidException(problems);
        return await books.Write(async t =>
        {
            await Lock(t, kind, name);
            var newest = (await t.Read($"{Select} where kind = @kind and name = @name order by version desc limit 1", From, ("kind", kind), ("name", name))).FirstOrDefault();
            if (newest is not null && JsonNode.DeepEquals(newest.Body, body) && (title is null || title == newest.Title)) return newest;
            var draft = new Definition
            {
                Kind = kind,
                Name = name,
                Version = (newest?.Version ?? 0) + 1,
                State = DefinitionState.Draft,
                Title = title ?? newest?.Title ?? name,
                Body = body,
                Note = note,
                CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds()),
                CreatedBy = by.Actor,
            };
            await Insert(t, draft);
            await audit.Record(t, by, "definition.drafted", Target(draft));
            return draft;
        }, cancel);
    }

    /// <summary>Puts a version in force and retires the one before. Publishing what is live already changes nothing.</summary>
    /// <returns>The version, live; null when there is none.</returns>
    public Task<Definition?> Publish(string kind, string name, long version, Caller by, CancellationToken cancel = default) => books.Write(async t =>
    {
        await Lock(t, kind, name);
        var all = await t.Read($"{Select} where kind = @kind and name = @name and (version = @version or state = 'live')", From,
            ("kind", kind), ("name", name), ("version", version));
        if (all.Find(d => d.Version == version) is not { } wanted) return null;
        if (wanted.State == DefinitionState.Live) return wanted;
        // What was valid when it was drafted may not be by a newer release.
        if (await Problems(kind, wanted.Body, (other, named) => InForce(t, other, named)) is { Count: > 0 } problems) throw new DefinitionInvalidException(problems);
        await t.Execute("update definitions set state = 'retired' where kind = @kind and name = @name and state = 'live'", ("kind", kind), ("name", name));
        await t.Execute("update definitions set state = 'live' where kind = @kind and name = @name and version = @version",
            ("kind", kind), ("name", name), ("version", version));
        var live = wanted with { State = DefinitionState.Live };
        await Kinds[kind].Publish(t, live);
        await audit.Record(t, by, "definition.published", Target(live), before: new { version = all.Find(d => d.State == DefinitionState.Live)?.Version }, after: new { version });
        return live;
    }, cancel);

    /// <summary>What is wrong with a body, by itself and beside the definitions that are in force or drafted; empty when it can be drafted.</summary>
    /// <param name="beside">Looked at together with it, kept or not.</param>
    public Task<IReadOnlyList<DefinitionProblem>> Problems(string kind, JsonNode body, IReadOnlyList<DefinitionBeside>? beside = null, CancellationToken cancel = default) =>
        Problems(kind, body, async (other, named) =>
            [.. await DraftedOrLive(other, named, cancel), .. (beside ?? []).Where(b => b.Kind == other && b.Name == named).Select(b => b.Body)]);

    private async Task<IReadOnlyList<DefinitionProblem>> Problems(string kind, JsonNode body, DefinitionsInSight others) =>
        Kinds[kind].Validate(body) is { Count: > 0 } problems ? problems : await Kinds[kind].ValidateBeside(body, others);

    private Task<List<JsonNode>> DraftedOrLive(string kind, string name, CancellationToken cancel) => books.Read("""
        select body from definitions d where kind = @kind and name = @name
          and (state = 'live' or version = (select max(m.version) from definitions m where m.kind = d.kind and m.name = d.name))
        """, Body, [("kind", kind), ("name", name)], cancel);

    private static async Task<IReadOnlyList<JsonNode>> InForce(BooksTransaction t, string kind, string name) =>
        await t.Read("select body from definitions where kind = @kind and name = @name and state = 'live'", Body, ("kind", kind), ("name", name));

    private static JsonNode Body(DbDataReader row) => JsonNode.Parse(row.GetString(0))!;

    // The versions of one name are given one after another.
    private static Task Lock(BooksTransaction t, string kind, string name) => Sequences.TakeRange(t, $"definition/{kind}/{name}", 1);

    private static string Target(Definition definition) => $"definition/{definition.Kind}/{definition.Name}@{definition.Version}";

    private static Task Insert(BooksTransaction t, Definition d) => t.Execute("""
        insert into definitions (kind, name, version, state, title, body, note, created_at_ms, created_by)
        values (@kind, @name, @version, @state, @title, @body, @note, @at, @by)
        """,
        ("kind", d.Kind), ("name", d.Name), ("version", d.Version), ("state", JsonNamingPolicy.SnakeCaseLower.ConvertName(d.State.ToString())), ("title", d.Title),
        ("body", d.Body.ToJsonString(DankeJson.Options)), ("note", d.Note), ("at", d.CreatedAt.ToUnixTimeMilliseconds()), ("by", d.CreatedBy));

    private static Definition From(DbDataReader row) => new()
    {
        Kind = row.GetString(0),
        Name = row.GetString(1),
        Version = row.GetInt64(2),
        State = Enum.Parse<DefinitionState>(row.GetString(3), ignoreCase: true),
        Title = row.GetString(4),
        Body = JsonNode.Parse(row.GetString(5))!,
        Note = row.TextOrNull(6),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(7)),
        CreatedBy = row.GetString(8),
    };
}

/// <summary>A definition in a list: its newest version and the one in force.</summary>
/// <param name="LiveVersion">Null when none was published.</param>
public sealed record DefinitionHead(string Kind, string Name, string Title, long NewestVersion, long? LiveVersion, DateTimeOffset ChangedAt, string ChangedBy);

/// <summary>A body that its kind does not accept. Callers answer 422 with the problems.</summary>
public sealed class DefinitionInvalidException(IReadOnlyList<DefinitionProblem> problems) : Exception($"{problems.Count} things are wrong with the definition.")
{
    public IReadOnlyList<DefinitionProblem> Problems => problems;
}
