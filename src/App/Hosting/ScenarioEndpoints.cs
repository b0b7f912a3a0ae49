using System.Text.Json;
using Danke.App.Cli;
using Danke.App.Scenarios;
using Danke.Platform.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.App.Hosting;

/// <summary><c>/v1/scenarios</c>: what a scenario file may say, for editors.</summary>
internal static class ScenarioEndpoints
{
    public static void MapScenarios(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/scenarios/schema", () => Results.Bytes(JsonSerializer.SerializeToUtf8Bytes(Vocabulary.All.Published(), Printing.Indented), "application/schema+json"))
            .RequireScope(Scopes.DefinitionsRead).WithTags("Definitions").WithSummary("The JSON Schema of a scenario file (docs/scenarios.md).")
            .Produces<object>(StatusCodes.Status200OK, "application/schema+json");
}
