using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Persons.Linking;
using Danke.Platform.Scenarios;

namespace Danke.Persons.Scenarios;

/// <summary>What somebody does about who is who: unites, parts, rebuilds by other rules.</summary>
internal static class IdentityWords
{
    public static IReadOnlyList<StepWord> Steps { get; } =
    [
        new("united", Shape.List(Shape.Who()).Says("Somebody decides that these two are one person, whatever the rules say."), Unite),
        new("parted", Shape.Fields(("who", Shape.Who()), ("going", Shape.Who())).Needs("who", "going").Says("Somebody decides that some of a person's identifiers are somebody else's."), Part),
        new("kept_apart", Shape.List(Shape.Who()).Says("Somebody decides that these two are two, whatever may link them later."), Keep),
        new("alike", Shape.List(Shape.Who()).Says("These two are so alike that they are taken for one, where no rule forbids it."), Alike),
        new("rebuilt", Shape.Fields().Says("Everybody is resolved anew by the rules in force."), Rebuild),
    ];

    private static async Task<IReadOnlyList<Command>> Unite(ScenarioStage stage, Happening happening)
    {
        var (a, b) = await Two(stage, happening.Given);
        return [Command(happening, new UnitePersons(b, "scenario", "scenario")) with { PersonId = a }];
    }

    private static async Task<IReadOnlyList<Command>> Keep(ScenarioStage stage, Happening happening)
    {
        var (a, b) = await Two(stage, happening.Given);
        return [Command(happening, new KeepApart(b, "scenario", "scenario")) with { PersonId = a }];
    }

    private static async Task<IReadOnlyList<Command>> Part(ScenarioStage stage, Happening happening)
    {
        var going = stage.Names.Who(happening.Given["going"]!).Select(i => stage.Get<PersonLookup>().KeyOf(i) ?? 0);
        return [Command(happening, new DividePerson([.. going.Order()], "scenario", "scenario")) with { PersonId = await stage.Person(happening.Given["who"]!) }];
    }

    private static Task<IReadOnlyList<Command>> Alike(ScenarioStage stage, Happening happening) => Task.FromResult<IReadOnlyList<Command>>(
        happening.Given.AsArray() is [{ } a, { } b] ? [Command(happening, new InferLink()) with { Identifiers = [stage.Names.Who(a)[0], stage.Names.Who(b)[0]] }]
            : throw new ScenarioException(happening.Given, "Name two."));

    private static async Task<IReadOnlyList<Command>> Rebuild(ScenarioStage stage, Happening happening) =>
        [.. (await stage.Books.Read("select identifier_key from identifiers order by identifier_key", r => r.GetInt64(0)))
            .Select(key => Command(happening, new ReconsiderIdentities([key])) with { Id = $"{happening.Id}/{key:x}" })];

    private static async Task<(long, long)> Two(ScenarioStage stage, JsonNode given) =>
        given.AsArray() is [{ } a, { } b] ? (await stage.Person(a), await stage.Person(b)) : throw new ScenarioException(given, "Name two.");

    private static Command Command(Happening happening, CommandBody body) =>
        new() { Source = Sources.Operator, Id = happening.Id, AtMs = happening.AtMs, Channel = "danke", Body = body };
}
