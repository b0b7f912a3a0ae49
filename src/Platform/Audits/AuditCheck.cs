using System.Data.Common;

namespace Danke.Platform.Audits;

/// <summary>
/// Something that must hold in the Books at any instant. A module declares its own: <c>services.AddSingleton(new AuditCheck { … })</c>.
/// The SELECT does the comparing, so that an audit of many millions of rows needs no memory here.
/// </summary>
public sealed record AuditCheck
{
    /// <summary>module.noun: <c>ledger.balances</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What must hold, in one sentence.</summary>
    public required string Says { get; init; }

    /// <summary>What to do about a difference.</summary>
    public required string Advice { get; init; }

    /// <summary>SELECT of how many rows the check looks at.</summary>
    public required string Rows { get; init; }

    /// <summary>SELECT of the rows for which it does not hold: which one, what is expected, what is found. As text or numbers. <c>@yesterday</c>: a day ago.</summary>
    public required string Differences { get; init; }

    /// <summary>For what SQL cannot compare: <see cref="Differences"/> selects every row, and this, made anew for each run, says of one after the other what is wrong with it.</summary>
    public Func<Func<DbDataReader, AuditDifference?>>? Judge { get; init; }

    /// <summary>Why the check cannot be run here; null when it can.</summary>
    public string? NotHere { get; init; }

    /// <summary>Every row's command was answered for good.</summary>
    public static AuditCheck CommandsOf(string module, string table, string id, string column = "command_key") => new()
    {
        Name = $"{module}.commands_of_{table}",
        Says = $"Every row of {table} was written by a command that was applied.",
        Advice = "The row did not come through the Door, or the Books were restored from two different moments. Restore one backup whole.",
        Rows = $"select count(*) from {table}",
        Differences = $"""
            select t.{id}, 'an applied command', t.{column} from {table} t left join commands c on c.command_key = t.{column}
            where c.command_key is null or c.status <> 0
            """,
    };

    /// <summary>Every row is on a person of today, or on nobody.</summary>
    /// <param name="where">Rows that may stay with an absorbed person are left out by it.</param>
    public static AuditCheck PersonsOf(string module, string table, string id, string where = "1 = 1") => new()
    {
        Name = $"{module}.persons_of_{table}",
        Says = $"Every row of {table} is on a person who was not absorbed by another.",
        Advice = "A merge left the row behind. Set its person_id to to_person of person_aliases, then run the audit again.",
        Rows = $"select count(*) from {table} t where {where}",
        Differences = $"""
            select t.{id}, coalesce('person ' || cast(a.to_person as text), 'a known person'), 'person ' || cast(t.person_id as text)
            from {table} t left join persons p on p.person_id = t.person_id left join person_aliases a on a.from_person = t.person_id
            where t.person_id <> 0 and (p.person_id is null or p.state not in ('active', 'anonymous')) and {where}
            """,
    };
}
