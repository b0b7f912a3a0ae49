using System.Collections.Immutable;

namespace Danke.Engines.Journeys;

/// <summary>Where an entry stands.</summary>
/// <param name="Node">The node's id.</param>
/// <param name="Visit">The how-many-eth node of this entry it is, from 1: with the entry it names this visit for ever.</param>
/// <param name="DueAtMs">When it goes on.</param>
public readonly record struct Position(string Node, long Visit, long DueAtMs);

/// <summary>A node that was left.</summary>
public readonly record struct NodeLeft(JourneyNode Node, long Visit);

/// <summary>How far an entry came.</summary>
/// <param name="Now">Where it stands; null when it has ended.</param>
/// <param name="Left">The nodes it left on the way, in order; what they send is to be sent.</param>
public sealed record Progress(Position? Now, ImmutableArray<NodeLeft> Left);

/// <summary>Moves entries through a definition: values in, values out, the same every time.</summary>
public static class JourneySteps
{
    /// <summary>
    /// Who goes on a little late is on time: else every wait would drift by the worker's seconds. Past this the lateness is real (the
    /// server was down), and what follows counts from when it happened: overdue messages come one by one, not in a burst.
    /// </summary>
    public const long PunctualWithinMs = 60_000;

    /// <summary>The visit of the node at which one enters; who stands there has passed nothing.</summary>
    public const long FirstVisit = 1;

    /// <summary>Where somebody who enters at the instant stands.</summary>
    public static Position Enter(JourneyDefinition journey, long atMs) => Arrive(journey, journey.Nodes[0], FirstVisit, atMs);

    /// <summary>Leaves the node that is due and passes on until something has to be waited for.</summary>
    public static Progress Advance(JourneyDefinition journey, Position at, long nowMs)
    {
        if (nowMs < at.DueAtMs) return new Progress(at, []);
        var arrival = nowMs - at.DueAtMs <= PunctualWithinMs ? at.DueAtMs : nowMs;
        var left = ImmutableArray.CreateBuilder<NodeLeft>();
        var node = journey.Node(at.Node);
        // A valid journey has no way round without a wait, so that this ends within one pass over the nodes.
        for (var visit = at.Visit; ; visit++)
        {
            left.Add(new NodeLeft(node, visit));
            if (journey.After(node) is not { } next) return new Progress(null, left.ToImmutable());
            if (next is WaitNode) return new Progress(Arrive(journey, next, visit + 1, arrival), left.ToImmutable());
            node = next;
        }
    }

    /// <summary>Whether somebody may enter who has been in the journey so often and still is in it so often.</summary>
    public static bool MayEnter(ReEntry mode, int entries, int waiting) => mode switch
    {
        ReEntry.Never => entries == 0,
        ReEntry.AfterExit => waiting == 0,
        ReEntry.Always => true,
        _ => throw new ArgumentOutOfRangeException(nameof(mode)),
    };

    private static Position Arrive(JourneyDefinition journey, JourneyNode node, long visit, long atMs) =>
        new(node.Id, visit, node is WaitNode wait ? Waiting.Until(wait, journey.Zone, atMs) : atMs);
}
