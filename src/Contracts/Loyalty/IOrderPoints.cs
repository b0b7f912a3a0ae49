namespace Danke.Contracts.Loyalty;

/// <summary>What an order did to points. From the Loyalty module.</summary>
public interface IOrderPoints
{
    /// <summary>The ledger's lines of the order, newest first.</summary>
    Task<IReadOnlyList<PointsEntry>> Of(long orderId, long personId, CancellationToken cancel);
}

/// <summary>One line of a points ledger: by how much each balance moved, and why.</summary>
/// <param name="Program">The ledger: a program's, or program:type for a further type of its points.</param>
/// <param name="Kind">earn_pending, activate, cancel, claw_back, spend, adjust, expire, write_off, redraw, split_shortfall.</param>
/// <param name="LotId">0: growth alone.</param>
/// <param name="OrderId">0: of no order.</param>
/// <param name="Rule">The rule that said so, in the ledger's words.</param>
/// <param name="ProgramVersion">The version of the program that decided; null when the ledger's words do not name one.</param>
public sealed record PointsEntry(
    long EntryId, string Program, string Kind, long LotId, long OrderId, long Pending, long Spendable, long Growth, long AtMs,
    string Rule, long? ProgramVersion, string CommandKey);
