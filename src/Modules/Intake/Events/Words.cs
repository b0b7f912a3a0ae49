using Danke.Contracts.Commands;

namespace Danke.Intake.Events;

/// <summary>Answers as words on the wire.</summary>
internal static class Words
{
    public static string Of(AnswerStatus status) => status switch
    {
        AnswerStatus.Applied => "applied",
        AnswerStatus.Duplicate => "duplicate",
        AnswerStatus.Declined => "declined",
        AnswerStatus.Rejected => "rejected",
        AnswerStatus.Suppressed => "suppressed",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}
