using System.Text;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Platform.Scenarios;

/// <summary>
/// What a module can say in a scenario: what happens, what is then so, and what happens by itself when time passes. A module registers its
/// words once, <c>services.AddScenarioWords(LoyaltyWords.All)</c>; a new word is a line there.
/// </summary>
public sealed record ScenarioWords
{
    public IReadOnlyList<StepWord> Steps { get; init; } = [];
    public IReadOnlyList<ExpectWord> Expectations { get; init; } = [];
    public IReadOnlyList<DueWork> Clocks { get; init; } = [];
}

/// <summary>Something that happens: <c>- bought: { who: Ann, order: O1, amount: 60 CNY }</c>.</summary>
/// <param name="Name">The word, a participle as in the event's type.</param>
/// <param name="Schema">JSON Schema of what follows the word, with a description: it checks the file and completes it in editors.</param>
/// <param name="Commands">The commands for the Door that the word means.</param>
public sealed record StepWord(string Name, JsonObject Schema, Func<ScenarioStage, Happening, Task<IReadOnlyList<Command>>> Commands);

/// <summary>One use of a step word.</summary>
/// <param name="Given">What follows the word; never null.</param>
/// <param name="Id">The id of its events within the source <c>scenario</c>, so that a step delivered twice is one event.</param>
/// <param name="AtMs">When it happens, milliseconds since 1970 UTC.</param>
public sealed record Happening(JsonNode Given, string Id, long AtMs)
{
    /// <summary>What an operator says of whom the step names by <c>who</c>.</summary>
    public async Task<Command> ByOperator(ScenarioStage stage, CommandBody body) => ByOperator(await stage.Person(Given["who"]!), body);

    public Command ByOperator(long person, CommandBody body) => new()
    {
        Source = Sources.Operator,
        Id = Id,
        AtMs = AtMs,
        Channel = "console",
        PersonId = person,
        Body = body,
        Raw = Encoding.UTF8.GetBytes(new JsonObject { ["source"] = Sources.Operator, ["id"] = Id, ["type"] = body.Type }.ToJsonString()),
    };
}

/// <summary>Something that is so: <c>members: { Ann: { spendable: 60 } }</c>.</summary>
/// <param name="Schema">JSON Schema of what follows the word, with a description.</param>
/// <param name="Actual">
/// What is so, in the shape of what is expected: for each field that may be named its value. Only what the scenario names is compared;
/// lists are compared whole and in order. Instants are given as RFC 3339.
/// </param>
public sealed record ExpectWord(string Name, JsonObject Schema, Func<ScenarioStage, JsonNode, Task<JsonNode?>> Actual)
{
    /// <summary>Insight must have caught up before it is asked.</summary>
    public bool NeedsInsight { get; init; }
}

/// <summary>Work that a timer does: at the instant when something is due, in the order of the modules when several are due at one instant.</summary>
/// <param name="Name">For the trace.</param>
/// <param name="NextMs">When something is due next; null when nothing is.</param>
/// <param name="Run">Does all that is due now.</param>
public sealed record DueWork(string Name, Func<ScenarioStage, Task<long?>> NextMs, Func<ScenarioStage, Task<int>> Run);

public static class ScenarioWordsServices
{
    public static IServiceCollection AddScenarioWords(this IServiceCollection services, ScenarioWords words) => services.AddSingleton(words);
}

/// <summary>A scenario says something that cannot be: its author's mistake, at the node.</summary>
public sealed class ScenarioException(JsonNode? at, string message) : Exception(message)
{
    public JsonNode? At => at;

    /// <summary>Of an event that cannot even be read: why it would be refused at the entrance.</summary>
    public string? Code { get; init; }
}
