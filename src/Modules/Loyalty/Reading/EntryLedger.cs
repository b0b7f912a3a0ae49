using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using Danke.Contracts.Loyalty;
using Danke.Platform.Books;

namespace Danke.Loyalty.Reading;

/// <summary>The ledger's lines with the version of the program that decided each.</summary>
internal sealed partial class EntryLedger(BooksStore books) : IOrderPoints
{
    // An order's points are of the version in force when it was first seen; of the others the rule's own words end in it.
    private const string Select = """
        select e.entry_id, e.program, e.kind, e.lot_id, e.order_id, e.pending, e.spendable, e.growth, e.at_ms, e.rule, a.program_version, e.command_key
        from points_entries e left join order_awards a on a.order_id = e.order_id and a.program = e.program and e.order_id <> 0
        """;

    public async Task<IReadOnlyList<PointsEntry>> Of(long orderId, long personId, CancellationToken cancel) => await books.Read(
        Select + " where e.person_id = @person and e.order_id = @order order by e.at_ms desc, e.entry_id desc", Read, [("person", personId), ("order", orderId)], cancel);

    /// <summary>A person's lines before a place in the list, newest first.</summary>
    public async Task<IReadOnlyList<PointsEntry>> Before(long personId, long atMs, long entryId, int limit, CancellationToken cancel, string program = "") => await books.Read(
        Select + " where e.person_id = @person and (@program = '' or e.program = @program) and (e.at_ms, e.entry_id) < (@at, @entry) order by e.at_ms desc, e.entry_id desc limit @limit",
        Read, [("person", personId), ("program", program), ("at", atMs), ("entry", entryId), ("limit", (long)limit)], cancel);

    private static PointsEntry Read(DbDataReader r) => new(
        r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetInt64(7), r.GetInt64(8), r.GetString(9),
        r.LongOrNull(10) ?? VersionIn(r.GetString(9)), r.GetString(11));

    private static long? VersionIn(string rule) =>
        VersionWords().Match(rule) is { Success: true } match ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"^(?!by hand: |redeemed|reserved).* v(\d{1,18})(?:;|$)")]
    private static partial Regex VersionWords();
}
