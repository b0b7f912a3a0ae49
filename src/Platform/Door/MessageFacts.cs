namespace Danke.Platform.Door;

/// <summary>What stages know of a person for messages, by variable. What takes looking up is asked for only by the message that says it.</summary>
public sealed class MessageFacts
{
    private readonly Dictionary<string, Func<string?>> facts = [];

    public string this[string name]
    {
        set => facts[name] = () => value;
    }

    /// <param name="fact">Asked while the same command is applied; null: not known.</param>
    public void Later(string name, Func<string?> fact) => facts[name] = fact;

    public string? Find(string name) => facts.TryGetValue(name, out var fact) ? fact() : null;
}
