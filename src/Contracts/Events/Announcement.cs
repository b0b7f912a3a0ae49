using System.Text.Json.Nodes;

namespace Danke.Contracts.Events;

/// <summary>
/// What a stage tells the world about a change, written to the outbox in the same transaction. The type outlives its
/// namespace (<c>loyalty.points_earned.v1</c>); <see cref="Entity"/> and <see cref="Key"/> say which row changed, so that
/// Insight can read it again; <see cref="Data"/> is what journeys and webhooks need to know.
/// </summary>
/// <param name="Entity">The Insight table the change shows in: persons, orders, refunds, points_entries, interactions, consents, messages, tier_moves.</param>
/// <param name="Key">The row's key in the Books.</param>
/// <param name="WasPerson">The person the row belonged to before, when the change moved it to another; null when it did not move.</param>
public readonly record struct Announcement(string Type, string Entity, long Key, JsonObject? Data = null, long? WasPerson = null);
