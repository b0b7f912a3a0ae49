namespace Danke.Contracts.Touch;

/// <summary>How many messages of a journey are in a state.</summary>
/// <param name="State">queued, sending, sent, skipped.</param>
public readonly record struct MessageCount(string Journey, string State, long Messages);

/// <summary>What Touch tells others about messages in numbers.</summary>
public interface IMessageCounts
{
    Task<IReadOnlyList<MessageCount>> ByJourney(CancellationToken cancel);
}
