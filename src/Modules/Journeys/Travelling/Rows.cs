using System.Data.Common;
using Danke.Engines.Journeys;
using Danke.Platform.Books;

namespace Danke.Journeys.Travelling;

/// <summary>One person's way through one version of a journey.</summary>
internal sealed class EntryRow
{
    public required long EntryId { get; init; }
    public required string Journey { get; init; }
    public required long Version { get; init; }
    public required long PersonId { get; set; }

    /// <summary>The identifier it came in by: it goes where that goes.</summary>
    public required long ViaKey { get; init; }
    public required string Node { get; set; }
    public required long Visit { get; set; }

    /// <summary>Null when it has ended.</summary>
    public long? DueAtMs { get; set; }
    public required long EnteredAtMs { get; init; }
    public long? EndedAtMs { get; set; }
    public string? EndReason { get; set; }
    public required string EnteredBy { get; init; }

    public bool IsWaiting => DueAtMs is not null;
    public string State => IsWaiting ? "waiting" : "ended";

    public void End(string reason, long atMs) => (DueAtMs, EndedAtMs, EndReason) = (null, atMs, reason);

    public void Stand(Position at) => (Node, Visit, DueAtMs) = (at.Node, at.Visit, at.DueAtMs);

    public const string Select =
        "select entry_id, journey, version, person_id, node, visit, due_at_ms, entered_at_ms, ended_at_ms, end_reason, entered_by, via_key from journey_entries";

    public static EntryRow Read(DbDataReader r) => new()
    {
        EntryId = r.GetInt64(0),
        Journey = r.GetString(1),
        Version = r.GetInt64(2),
        PersonId = r.GetInt64(3),
        Node = r.GetString(4),
        Visit = r.GetInt64(5),
        DueAtMs = r.LongOrNull(6),
        EnteredAtMs = r.GetInt64(7),
        EndedAtMs = r.LongOrNull(8),
        EndReason = r.TextOrNull(9),
        EnteredBy = r.GetString(10),
        ViaKey = r.GetInt64(11),
    };

    public static readonly Table<EntryRow> Table = new Table<EntryRow>("journey_entries", "entry_id")
        .Long("entry_id", r => r.EntryId).Text("journey", r => r.Journey).Long("version", r => r.Version).Long("person_id", r => r.PersonId)
        .Text("state", r => r.State).Text("node", r => r.Node).Long("visit", r => r.Visit).LongOrNull("due_at_ms", r => r.DueAtMs)
        .Long("entered_at_ms", r => r.EnteredAtMs).LongOrNull("ended_at_ms", r => r.EndedAtMs).Text("end_reason", r => r.EndReason)
        .Text("entered_by", r => r.EnteredBy).Long("via_key", r => r.ViaKey);
}

/// <summary>A node that an entry left.</summary>
internal sealed record StepRow(long EntryId, long Visit, long PersonId, long ViaKey, string Journey, long Version, string Node, string Kind, long AtMs, string CommandKey)
{
    public static readonly Table<StepRow> Table = new Table<StepRow>("journey_steps", "entry_id", "visit")
        .Long("entry_id", r => r.EntryId).Long("visit", r => r.Visit).Long("person_id", r => r.PersonId).Text("journey", r => r.Journey)
        .Long("version", r => r.Version).Text("node", r => r.Node).Text("kind", r => r.Kind).Long("at_ms", r => r.AtMs).Text("command_key", r => r.CommandKey)
        .Long("via_key", r => r.ViaKey);
}
