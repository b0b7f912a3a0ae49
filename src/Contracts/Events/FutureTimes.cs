namespace Danke.Contracts.Events;

/// <summary>What becomes of events that are dated in the future, because a source's clock is ahead.</summary>
/// <param name="Hours">So many hours ahead of the server an event is taken as it is; 0 to 168.</param>
/// <param name="Clamps">Later ones are taken too, with the instant at which they came; else they are refused and kept as dead letters.</param>
public sealed record FutureTimes(int Hours, bool Clamps)
{
    public const int MostHours = 168;

    /// <summary>A day ahead is taken, later is refused.</summary>
    public static readonly FutureTimes Default = new(24, Clamps: false);
}
