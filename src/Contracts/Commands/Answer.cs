namespace Danke.Contracts.Commands;

/// <summary>How the Door answered a command.</summary>
public enum AnswerStatus
{
    /// <summary>Durable and applied.</summary>
    Applied,

    /// <summary>The same command was applied before; this is the first answer again.</summary>
    Duplicate,

    /// <summary>A business answer of "no" (insufficient balance): final for this id, nothing changed.</summary>
    Declined,

    /// <summary>Not acceptable as it is; kept in the dead letters, may be mended and replayed under the same id.</summary>
    Rejected,

    /// <summary>The event speaks of somebody who was erased, from before that: it is dropped, and nothing of it is kept.</summary>
    Suppressed,
}

/// <summary>The Door's answer to one command. What it says is committed.</summary>
/// <param name="Code">A refusal's stable code, e.g. <c>order_total_mismatch</c>; null when applied.</param>
/// <param name="Detail">What is wrong and what to do, for a person to read; null when applied.</param>
/// <param name="PersonId">The person it was applied to; 0 for a guest.</param>
public sealed record Answer(AnswerStatus Status, string? Code, string? Detail, long PersonId)
{
    /// <summary>What came of it, as the JSON that its caller is told; kept, so that a repeated request hears it word for word. Null when yes is enough.</summary>
    public string? Outcome { get; init; }

    public static Answer Applied(long personId) => new(AnswerStatus.Applied, null, null, personId);
    public static Answer Rejected(string code, string detail) => new(AnswerStatus.Rejected, code, detail, 0);
    public static Answer Declined(string code, string detail) => new(AnswerStatus.Declined, code, detail, 0);
}

/// <summary>Why a command is refused. <see cref="Final"/>: a business "no" that a retry will hear again.</summary>
public sealed record Refusal(string Code, string Detail, bool Final = false)
{
    /// <summary>The event is dropped without a trace: see <see cref="AnswerStatus.Suppressed"/>.</summary>
    public static readonly Refusal Suppressed = new("suppressed", "The person was erased after the event happened; it is dropped and nothing of it is kept.");

    public Answer ToAnswer() => this == Suppressed ? new Answer(AnswerStatus.Suppressed, Code, Detail, 0) : Final ? Answer.Declined(Code, Detail) : Answer.Rejected(Code, Detail);
}
