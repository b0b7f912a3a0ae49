using System.Collections.Immutable;
using Danke.Engines.Ledger;

namespace Danke.Engines.Simulation;

/// <summary>A program with the ledgers of all its types of points, and what all members together have drawn on their budgets.</summary>
public sealed class ReplayedProgram
{
    private readonly ImmutableArray<BudgetTimeline?> timelines;

    public ReplayedProgram(LoyaltyProgram program)
    {
        Program = program;
        Ledgers = [program, .. program.FurtherLedgers()];
        timelines = [.. Ledgers.Select(BudgetTimeline.For)];
        Budgets = [.. timelines.Select(t => (IBudgets?)t ?? NoBudgets.Instance)];
    }

    public LoyaltyProgram Program { get; }

    /// <summary>The program's own points first.</summary>
    public ImmutableArray<LoyaltyProgram> Ledgers { get; }
    public ImmutableArray<IBudgets> Budgets { get; }

    /// <summary>Some budget couples members: history is to be gone through once before it counts.</summary>
    public bool HasBudgets => timelines.Any(t => t is not null);

    /// <summary>The first run is over.</summary>
    /// <param name="share">Of all members the part that is replayed, in ten-thousandths.</param>
    public void Close(int share)
    {
        foreach (var timeline in timelines) timeline?.Close(share);
    }

    /// <summary>The ledger's place; -1 when the program has none of the name.</summary>
    public int PlaceOf(string ledger)
    {
        for (var i = 0; i < Ledgers.Length; i++)
            if (Ledgers[i].Name == ledger) return i;
        return -1;
    }
}
