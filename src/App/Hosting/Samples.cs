using System.Text.Json.Nodes;
using Danke.Platform.Access;
using Danke.Platform.Definitions;

namespace Danke.App.Hosting;

/// <summary>The definitions of <c>samples/</c>, which come with the executable: what a new installation and the demo begin with.</summary>
internal static class Samples
{
    private const string DefaultProgram = "samples/programs/default.yaml";
    private const string DemoProgram = "samples/programs/demo.yaml";
    private const string DemoDraft = "samples/programs/demo-draft.yaml";

    /// <summary>Puts a program in force where there never was one, so that members can join at once.</summary>
    public static async Task BeginWithProgram(DefinitionStore definitions, CancellationToken cancel)
    {
        if ((await definitions.Versions("program", "default", cancel)).Count == 0) await Publish(definitions, DefaultProgram, cancel);
    }

    /// <summary>Puts the demo brand's program, audiences, journeys and offers in force, and keeps a draft of the program beside it.</summary>
    public static async Task PublishDemo(DefinitionStore definitions, CancellationToken cancel)
    {
        // Of the programs only the brand's own: the others are there to be copied.
        foreach (var name in typeof(Samples).Assembly.GetManifestResourceNames().Where(n => n == DemoProgram || n.StartsWith("samples/", StringComparison.Ordinal) && !n.StartsWith("samples/programs/", StringComparison.Ordinal)).Order())
            await Publish(definitions, name, cancel);
        // A change that somebody thinks of, so that there is something to simulate.
        await Publish(definitions, DemoDraft, cancel, isDraft: true);
    }

    /// <summary>The program that a new installation begins with, for who brings none.</summary>
    public static (string Title, JsonNode Body) FirstProgram()
    {
        using var reader = new StreamReader(typeof(Samples).Assembly.GetManifestResourceStream(DefaultProgram)!);
        var document = YamlJson.Read(reader.ReadToEnd())!;
        return (document["title"]!.GetValue<string>(), document["body"]!.DeepClone());
    }

    private static async Task Publish(DefinitionStore definitions, string resource, CancellationToken cancel, bool isDraft = false)
    {
        using var reader = new StreamReader(typeof(Samples).Assembly.GetManifestResourceStream(resource)!);
        foreach (var document in YamlJson.ReadAll(await reader.ReadToEndAsync(cancel)).OfType<JsonObject>())
        {
            string Word(string name) => document[name]!.GetValue<string>();
            var draft = await definitions.Draft(Word("kind"), Word("name"), document["body"]!.DeepClone(), Word("title"), null, Caller.System, cancel);
            if (!isDraft) await definitions.Publish(draft.Kind, draft.Name, draft.Version, Caller.System, cancel);
        }
    }
}
