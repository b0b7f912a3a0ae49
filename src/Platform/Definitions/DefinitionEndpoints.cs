using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Danke.Platform.Access;
using Danke.Platform.Json;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Platform.Definitions;

/// <summary>
/// <c>/v1/definitions</c>: drafts, versions, differences, publishing. Bodies come as JSON or, with a YAML content type or as text in
/// <c>body</c>, as YAML.
/// </summary>
public static partial class DefinitionEndpoints
{
    private const int LargestBytes = 1 << 20;

    public sealed record DraftBody(JsonNode Body, string? Title = null, string? Note = null);

    /// <param name="Beside">Definitions that come together with it, so that it may name what they have.</param>
    public sealed record ValidationBody(string Kind, JsonNode Body, IReadOnlyList<DefinitionBeside>? Beside = null);

    public sealed record ValidationView(bool Valid, IReadOnlyList<DefinitionProblem> Problems);

    public sealed record KindView(string Kind, JsonNode Schema);

    public sealed record KindList(IReadOnlyList<KindView> Items, string? Next);

    public sealed record HeadList(IReadOnlyList<DefinitionHead> Items, string? Next);

    public sealed record VersionView(long Version, DefinitionState State, string Title, string? Note, DateTimeOffset CreatedAt, string CreatedBy);

    public sealed record DefinitionView(string Kind, string Name, string Title, long NewestVersion, long? LiveVersion, IReadOnlyList<VersionView> Versions);

    /// <param name="Against">The version compared with; 0 for nothing.</param>
    public sealed record DiffView(long Version, long Against, IReadOnlyList<DefinitionChange> Changes);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_-]{0,63}\z")]
    private static partial Regex NamePattern();

    public static void AddDefinitions(this IServiceCollection services) => services.AddSingleton<DefinitionStore>();

    public static void MapDefinitions(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/definition-kinds", ListKinds).RequireScope(Scopes.DefinitionsRead).WithTags("Definitions")
            .WithSummary("The kinds of definitions, each with the JSON Schema of its body.").Produces<KindList>();
        var definitions = v1.MapGroup("/definitions").WithTags("Definitions");
        var read = definitions.MapGroup("").RequireScope(Scopes.DefinitionsRead);
        read.MapGet("", List).WithSummary("Every definition with its newest and its live version.").Produces<HeadList>();
        read.MapGet("/{kind}/{name}", Show).WithSummary("A definition's versions, newest first.").Produces<DefinitionView>();
        read.MapGet("/{kind}/{name}/versions/{version:long}", ShowVersion).WithSummary("One version with its body.").Produces<Definition>();
        read.MapGet("/{kind}/{name}/versions/{version:long}/changes", Diff)
            .WithSummary("What a version changes: against the one before it, or against the one named.").Produces<DiffView>();
        read.MapPost("/validations", Validate).Accepts<ValidationBody>("application/json", "application/yaml")
            .WithSummary("Says what is wrong with a body, and keeps nothing.").Produces<ValidationView>();
        var write = definitions.MapGroup("").RequireScope(Scopes.DefinitionsWrite);
        write.MapPut("/{kind}/{name}", Draft).Accepts<DraftBody>("application/json", "application/yaml")
            .WithSummary("Keeps a new draft version; the same body again is the same version.").Produces<Definition>().Produces<Definition>(StatusCodes.Status201Created);
        write.MapPost("/{kind}/{name}/versions/{version:long}/publication", Publish)
            .WithSummary("Puts a version in force and retires the one before.").Produces<Definition>();
    }

    private static IResult ListKinds(DefinitionStore store) =>
        Results.Ok(new KindList([.. store.Kinds.Values.OrderBy(k => k.Kind, StringComparer.Ordinal).Select(k => new KindView(k.Kind, k.JsonSchema.DeepClone()))], null));

    private static async Task<IResult> List(DefinitionStore store, string? kind, CancellationToken cancel) =>
        Results.Ok(new HeadList(await store.Heads(kind, cancel), null));

    private static async Task<IResult> Show(string kind, string name, DefinitionStore store, CancellationToken cancel)
    {
        var versions = await store.Versions(kind, name, cancel);
        if (versions.Count == 0) return NoDefinition(kind, name);
        return Results.Ok(new DefinitionView(kind, name, versions[0].Title, versions[0].Version, versions.Find(v => v.State == DefinitionState.Live)?.Version,
            versions.ConvertAll(v => new VersionView(v.Version, v.State, v.Title, v.Note, v.CreatedAt, v.CreatedBy))));
    }

    private static async Task<IResult> ShowVersion(string kind, string name, long version, DefinitionStore store, CancellationToken cancel) =>
        await store.Version(kind, name, version, cancel) is { } found ? Results.Ok(found) : NoVersion(kind, name, version);

    private static async Task<IResult> Diff(string kind, string name, long version, long? against, DefinitionStore store, CancellationToken cancel)
    {
        if (await store.Version(kind, name, version, cancel) is not { } after) return NoVersion(kind, name, version);
        var other = against ?? version - 1;
        var before = await store.Version(kind, name, other, cancel);
        if (before is null && other != 0) return NoVersion(kind, name, other);
        return Results.Ok(new DiffView(version, other, DefinitionDiff.Between(before?.Body, after.Body)));
    }

    private static async Task<IResult> Validate(HttpRequest request, DefinitionStore store, CancellationToken cancel)
    {
        var body = await Read<ValidationBody>(request, cancel);
        if (!store.Kinds.ContainsKey(body.Kind)) return NoKind(body.Kind, store);
        var problems = await store.Problems(body.Kind, Unfold(body.Body), body.Beside, cancel);
        return Results.Ok(new ValidationView(problems.Count == 0, problems));
    }

    private static async Task<IResult> Draft(string kind, string name, HttpRequest request, DefinitionStore store, CancellationToken cancel)
    {
        if (!store.Kinds.ContainsKey(kind)) return NoKind(kind, store);
        if (!NamePattern().IsMatch(name)) return Problem.Invalid("bad_name", "A name is 1 to 64 lower-case letters, digits, dashes and underscores, and begins with a letter or digit.");
        var body = await Read<DraftBody>(request, cancel);
        if (body.Title is { Length: 0 or > 120 } || body.Note is { Length: > 1000 }) return Problem.Invalid("bad_title", "A title has 1 to 120 characters, a note at most 1000.");
        try
        {
            var before = (await store.Versions(kind, name, cancel)).FirstOrDefault()?.Version ?? 0;
            var draft = await store.Draft(kind, name, Unfold(body.Body), body.Title, body.Note, request.HttpContext.Caller(), cancel);
            return draft.Version > before ? Results.Created($"/v1/definitions/{kind}/{name}/versions/{draft.Version}", draft) : Results.Ok(draft);
        }
        catch (DefinitionInvalidException invalid)
        {
            return Invalid(invalid);
        }
    }

    private static async Task<IResult> Publish(string kind, string name, long version, HttpContext context, DefinitionStore store, CancellationToken cancel)
    {
        if (!store.Kinds.ContainsKey(kind)) return NoKind(kind, store);
        try
        {
            return await store.Publish(kind, name, version, context.Caller(), cancel) is { } live ? Results.Ok(live) : NoVersion(kind, name, version);
        }
        catch (DefinitionInvalidException invalid)
        {
            return Invalid(invalid);
        }
    }

    private static async Task<T> Read<T>(HttpRequest request, CancellationToken cancel)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[16_384];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancel)) > 0;)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > LargestBytes) throw new ProblemException(StatusCodes.Status413PayloadTooLarge, "too_large", "A definition is at most 1 MB.");
        }
        var isYaml = request.ContentType?.Contains("yaml", StringComparison.OrdinalIgnoreCase) == true;
        if (!isYaml && request.ContentType?.Contains("json", StringComparison.OrdinalIgnoreCase) != true)
            throw new ProblemException(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send application/json or application/yaml.");
        var value = isYaml
            ? FromYaml(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length)).Deserialize<T>(DankeJson.Options)
            : FromJson(bytes.GetBuffer().AsMemory(0, (int)bytes.Length)).Deserialize<T>(DankeJson.Options);
        return value ?? throw new ProblemException(StatusCodes.Status400BadRequest, "bad_json", "An object is expected, not null.");
    }

    // Equal names are looked for here: nodes would find them only when somebody asks.
    private static JsonElement FromJson(ReadOnlyMemory<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
        return document.RootElement.Clone();
    }

    // An editor keeps its author's YAML: then the body is a text. Texts are decoded here, where a broken one is the caller's fault.
    private static JsonNode Unfold(JsonNode body)
    {
        try
        {
            foreach (var value in Values(body)) if (value.GetValueKind() == JsonValueKind.String) value.GetValue<string>();
            return body is JsonValue only && only.TryGetValue<string>(out var text) ? FromYaml(text) : body;
        }
        catch (InvalidOperationException)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "bad_text", "A text in the body holds half a surrogate pair.");
        }
    }

    private static IEnumerable<JsonValue> Values(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(f => Values(f.Value)),
        JsonArray items => items.SelectMany(Values),
        JsonValue value => [value],
        _ => [],
    };

    private static JsonNode FromYaml(string text)
    {
        try
        {
            return YamlJson.Read(text) ?? new JsonObject();
        }
        catch (FormatException error)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "bad_yaml", error.Message);
        }
    }

    private static IResult Invalid(DefinitionInvalidException invalid) => Problem.Of(StatusCodes.Status422UnprocessableEntity, "definition_invalid",
        string.Join(" ", invalid.Problems.Take(5).Select(p => $"{(p.Path.Length == 0 ? "/" : p.Path)}: {p.Detail}")), new Dictionary<string, object?> { ["problems"] = invalid.Problems });

    private static IResult NoKind(string kind, DefinitionStore store) =>
        Problem.NotFound("no_such_kind", $"There is no kind of definition '{kind}'; there are {string.Join(", ", store.Kinds.Keys.Order(StringComparer.Ordinal))}.");

    private static IResult NoDefinition(string kind, string name) => Problem.NotFound("no_such_definition", $"There is no {kind} '{name}'.");

    private static IResult NoVersion(string kind, string name, long version) => Problem.NotFound("no_such_version", $"There is no version {version} of {kind} '{name}'.");
}
