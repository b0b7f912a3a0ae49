namespace Danke.Contracts.Commands;

/// <summary>Who says what Danke says to itself. No event from outside may use these names: it could answer a command before it is made.</summary>
public static class Sources
{
    public const string Prefix = "danke-";

    /// <summary>What is due: waits that are over, points whose time has come.</summary>
    public const string Clock = "danke-clock";

    /// <summary>What became of messages.</summary>
    public const string Touch = "danke-touch";

    /// <summary>What an operator asked for at a screen or by the API, where it has no id of its own.</summary>
    public const string Operator = "danke-operator";

    /// <summary>What answers a person's request by law.</summary>
    public const string Privacy = "danke-privacy";
}
