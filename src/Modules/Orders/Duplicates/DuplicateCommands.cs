using Danke.Contracts.Commands;

namespace Danke.Orders.Duplicates;

/// <summary>What somebody says of two orders of a person.</summary>
internal enum DuplicateAnswer
{
    /// <summary>One sale, reported by two channels.</summary>
    One,

    /// <summary>Two sales, however alike.</summary>
    Two,

    /// <summary>Nothing any more: the answer is taken back.</summary>
    TakenBack,
}

/// <summary>Somebody said of two orders of the command's person whether they are one sale.</summary>
/// <param name="Kept">The key (channel/shop/number) of the order that goes on counting.</param>
/// <param name="Other">The key of the other one: where they are one, it is the copy.</param>
internal sealed record AnswerDuplicate(string Kept, string Other, DuplicateAnswer Answer, string By) : CommandBody
{
    public override string Type => Answer switch
    {
        DuplicateAnswer.One => "order.declared_copy",
        DuplicateAnswer.Two => "order.declared_distinct",
        _ => "order.duplicate_reopened",
    };
}
