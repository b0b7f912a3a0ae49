using System.Text.Json.Nodes;
using Danke.Platform.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Danke.App.Hosting;

/// <summary>The API described by itself: OpenAPI 3.1 at <c>/openapi/v1.json</c> and a page to read it at <c>/api-docs</c>.</summary>
internal static class OpenApi
{
    private const string KeyScheme = "api_key";
    private const string CookieScheme = "session";

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.CreateSchemaReferenceId = SchemaNames.Of;
        options.AddDocumentTransformer((document, _, _) =>
        {
            Describe(document);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            Describe(operation, context);
            return Task.CompletedTask;
        });
    });

    public static void MapApiDescription(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").RequireAuthorization(Policies.SignedIn);
        foreach (var (path, file, type) in new[] { ("/api-docs", "page.html", "text/html"), ("/api-docs/page.js", "page.js", "text/javascript"), ("/api-docs/page.css", "page.css", "text/css") })
            app.MapGet(path, () => Results.Stream(Embedded(file), type + "; charset=utf-8")).RequireAuthorization(Policies.SignedIn).ExcludeFromDescription();
    }

    private static Stream Embedded(string file) => typeof(OpenApi).Assembly.GetManifestResourceStream($"Danke.App.Hosting.ApiDocs.{file}")!;

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Danke",
            Version = "v1",
            Description = "One customer, every channel. JSON in snake_case; instants in RFC 3339; money in minor units; lists as {items, next} with ?limit= and ?cursor=; " +
                "errors as RFC 9457 problems with a stable `code`.",
        };
        // Where it is served is where it was fetched from.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [KeyScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key: `Authorization: Bearer dk_…`." },
            [CookieScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = "danke_session",
                Description = "A person's session, from `POST /v1/session`. Requests that change something also send its `csrf` as `X-CSRF-Token`.",
            },
        };
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Schemas["Problem"] = ProblemSchema();
    }

    private static OpenApiSchema ProblemSchema() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "RFC 9457. `code` is stable and meant for programs; `detail` says to a person what is wrong and what to do.",
        Required = new HashSet<string> { "type", "title", "status", "detail", "code" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("urn:danke:problem:CODE"),
            ["title"] = Text("The status in words."),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["detail"] = Text("What is wrong and what to do."),
            ["code"] = Text("Stable."),
            ["trace"] = Text("With internal_error: what to tell the administrator."),
        },
    };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    private static void Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.OperationId ??= OperationId(context.Description.HttpMethod ?? "GET", context.Description.RelativePath ?? "");
        operation.Responses ??= [];
        var isOpen = metadata.OfType<IAllowAnonymous>().Any();
        string[] refusals = isOpen ? ["400", "429", "500"] : ["400", "401", "403", "429", "500"];
        foreach (var status in refusals) operation.Responses.TryAdd(status, ProblemResponse(status));
        if (operation.Parameters?.Any(p => p.In == ParameterLocation.Path) == true) operation.Responses.TryAdd("404", ProblemResponse("404"));
        if (isOpen) return;
        operation.Security =
        [
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, context.Document)] = [] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(CookieScheme, context.Document)] = [] },
        ];
        if (ScopesOf(metadata) is { Length: > 0 } scopes) operation.Extensions = new Dictionary<string, IOpenApiExtension>
        {
            ["x-scopes"] = new JsonNodeExtension(new JsonArray([.. scopes.Select(s => (JsonNode?)JsonValue.Create(s))])),
        };
    }

    private static string[] ScopesOf(IList<object> metadata) =>
        [.. metadata.OfType<IAuthorizeData>().Select(a => a.Policy).OfType<string>().Where(p => p.StartsWith("scope:", StringComparison.Ordinal)).Select(p => p["scope:".Length..]).Distinct()];

    private static OpenApiResponse ProblemResponse(string status) => new()
    {
        Description = status switch
        {
            "400" => "The request does not fit.",
            "401" => "Not signed in.",
            "403" => "Not allowed.",
            "404" => "There is no such thing.",
            "429" => "Too many requests; Retry-After says when to come again.",
            _ => "Something broke on the server.",
        },
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference("Problem") },
        },
    };

    // get /v1/persons/{id}/orders → get_persons_id_orders: stable names for generated clients.
    private static string OperationId(string method, string path) =>
        method.ToLowerInvariant() + "_" + string.Join('_', path.Split(['/', '-', '{', '}', ':', '.'], StringSplitOptions.RemoveEmptyEntries).Where(p => p is not ("v1" or "long" or "int")));
}
