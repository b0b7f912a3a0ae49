namespace Danke.App.Tests.Fixtures;

/// <summary>The system's clock, moved: time passes, and a test can make it later.</summary>
public sealed class SetClock : TimeProvider
{
    private long movedTicks;

    public void Move(TimeSpan by) => Interlocked.Add(ref movedTicks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref movedTicks));
}
