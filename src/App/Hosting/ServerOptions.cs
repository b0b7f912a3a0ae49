using Danke.Platform.Modules;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.App.Hosting;

/// <summary>What differs between a server for people, one inside a verb and one inside a test.</summary>
internal sealed record ServerOptions
{
    public IReadOnlyList<DankeModule> Modules { get; init; } = ModuleList.All;

    /// <summary>Reads one environment variable.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Runs last over the services: a test's clock, tighter limits.</summary>
    public Action<IServiceCollection>? Services { get; init; }

    /// <summary>Says to the person at the terminal what they must know: the first password, the address.</summary>
    public Action<string> Tell { get; init; } = Console.WriteLine;

    /// <summary>New Books get the user admin. Not when a verb opens them for itself: its output is not for passwords.</summary>
    public bool MakesFirstUser { get; init; } = true;

    /// <summary>Warnings only in the log.</summary>
    public bool Quiet { get; init; }

    /// <summary>Puts the sample program in force on Books that never had one.</summary>
    public bool BeginsWithProgram { get; init; } = true;
}
