using System.Text;
using Danke.Contracts.Events;
using Danke.Intake.Files;
using Danke.Intake.Mappings;

namespace Danke.Intake.Imports;

/// <summary>The rows of one event: one row, or a group. Or rows that are refused together.</summary>
/// <param name="RowCount">More than <paramref name="Rows"/> holds when the group grew too large.</param>
internal sealed record Unit(IReadOnlyList<Row> Rows, long RowCount, RowProblem? Problem);

/// <summary>
/// Puts a file's rows into groups, in bounded memory: a group is complete when no row of it came for a window of rows. What
/// comes out, and in which order, depends on nothing but the file and the mapping: a resumed import counts on that.
/// </summary>
internal sealed class Units(RowReader rows, GroupSpec? spec)
{
    /// <summary>All open groups together; more closes the one that waited longest.</summary>
    private const int MostOpenRows = 400_000;

    /// <summary>Remembered to recognise a group that comes again. Past these the Door still notices, by the event's id.</summary>
    private const int MostClosedKeys = 2_000_000;

    private sealed class Group(string key)
    {
        public string Key => key;
        public List<Row> Rows { get; } = [];
        public long Count;
        public long LastAt;
    }

    private readonly Dictionary<string, LinkedListNode<Group>> open = new(StringComparer.Ordinal);
    private readonly LinkedList<Group> byAge = [];
    private readonly HashSet<long> closed = [];
    private long read;
    private int openRows;
    private bool ended;
    private Unit? pending;

    /// <summary>Rows read so far; those in open groups have come out in no unit yet.</summary>
    public long RowsRead => read;

    /// <summary>The next unit; null at the end of the file.</summary>
    public Unit? Next()
    {
        while (true)
        {
            if (pending is { } waiting)
            {
                pending = null;
                return waiting;
            }
            if (Oldest() is { } complete) return complete;
            if (ended) return null;
            if (!rows.Read(out var row))
            {
                ended = true;
                continue;
            }
            read++;
            if (row.Problem is not null || spec is null) return new Unit([row], 1, row.Problem);
            Put(row);
        }
    }

    private Unit? Oldest()
    {
        if (byAge.First is not { Value: var group }) return null;
        if (!ended && read - group.LastAt <= spec!.Window && openRows <= MostOpenRows) return null;
        byAge.RemoveFirst();
        open.Remove(group.Key);
        openRows -= group.Rows.Count;
        if (closed.Count < MostClosedKeys) closed.Add(HashOf(group.Key));
        var problem = group.Count <= EventJsonReader.MostLines ? null
            : new RowProblem(ImportRefusals.GroupTooLarge, $"{group.Count:N0} rows have the same key; an event takes at most {EventJsonReader.MostLines:N0}. Is group.by the right column?");
        return new Unit(group.Rows, group.Count, problem);
    }

    private void Put(Row row)
    {
        var key = KeyOf(row);
        if (key.Length == 0)
        {
            pending = new Unit([row], 1, new RowProblem(ImportRefusals.GroupKeyEmpty, $"The row has no value in {string.Join(", ", spec!.By.Select(c => $"'{c.Name}'"))}, so it belongs to no group."));
            return;
        }
        if (!open.TryGetValue(key, out var node))
        {
            if (closed.Contains(HashOf(key)))
            {
                pending = new Unit([row], 1, new RowProblem(ImportRefusals.GroupReopened,
                    $"More than {spec!.Window:N0} rows after its group the row belongs to it again, and the event was made already. Sort the file, or give group.window more."));
                return;
            }
            node = open[key] = byAge.AddLast(new Group(key));
        }
        else
        {
            byAge.Remove(node);
            byAge.AddLast(node);
        }
        var group = node.Value;
        group.LastAt = read;
        if (group.Count++ >= EventJsonReader.MostLines) return;
        group.Rows.Add(row);
        openRows++;
    }

    private string KeyOf(Row row)
    {
        if (spec!.By is [var one]) return Evaluation.ValueOf(one, row);
        var parts = spec.By.Select(column => Evaluation.ValueOf(column, row)).ToArray();
        return parts.Any(p => p.Length == 0) ? "" : string.Join('\u001f', parts);
    }

    private static long HashOf(string key) => unchecked((long)EventHash.XxHash64(Encoding.UTF8.GetBytes(key)));
}
