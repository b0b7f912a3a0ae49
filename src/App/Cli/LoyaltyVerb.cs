using System.CommandLine;

namespace Danke.App.Cli;

/// <summary><c>danke loyalty</c>: what is done with programs and points beside the screens.</summary>
internal static class LoyaltyVerb
{
    public static Command Create() => new("loyalty", "Programs and points: what a changed program would do, points for many.") { LoyaltySimulateVerb.Create(), LoyaltyAdjustVerb.Create() };
}
