namespace Danke.Contracts.Commands;

/// <summary>
/// The one place through which persons, orders, ledgers and coupons change. Answers come when the batch that held the
/// command is committed: durable and applied, so the caller reads its own writes.
/// </summary>
public interface IDoor
{
    /// <exception cref="DoorFullException">The Door has as much waiting as it may hold; try again later.</exception>
    ValueTask<Answer> Submit(Command command, CancellationToken cancel);

    /// <summary>Hands in several at once and answers all, in the same order. Waits for room instead of refusing.</summary>
    ValueTask<Answer[]> SubmitMany(IReadOnlyList<Command> commands, CancellationToken cancel);

    /// <summary>True when a new request should be turned away (503 with Retry-After) before it is read.</summary>
    bool IsFull { get; }
}

/// <summary>The Door holds as many commands as it may. Callers answer 503 with Retry-After.</summary>
public sealed class DoorFullException() : Exception("The Door is full; retry after a second.");
