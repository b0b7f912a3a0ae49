namespace Danke.App.Cli.Doctor;

internal enum FindingState
{
    Ok,

    /// <summary>Danke runs, but not as well as it could.</summary>
    Warning,

    /// <summary>Danke does not run like this.</summary>
    Failed,
}

/// <summary>What the doctor saw of one thing.</summary>
/// <param name="ToDo">What to do about it; null when it is well.</param>
internal sealed record Finding(string Name, FindingState State, string Found, string? ToDo)
{
    public static Finding Ok(string name, string found) => new(name, FindingState.Ok, found, null);
    public static Finding Warning(string name, string found, string toDo) => new(name, FindingState.Warning, found, toDo);
    public static Finding Failed(string name, string found, string toDo) => new(name, FindingState.Failed, found, toDo);
}
