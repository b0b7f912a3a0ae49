namespace Danke.Platform.Privacy;

/// <summary>What becomes of a table's rows of a person who is erased.</summary>
public enum Fate
{
    /// <summary>They go.</summary>
    Deleted,

    /// <summary>They stay for the sums, under a number that is nobody's and without what tells who it was.</summary>
    Kept,
}

/// <summary>
/// A table with rows of persons, as a request for them sees it: which rows are a person's, what is told of them, and what becomes of
/// them. A module registers one for each of its tables: <c>services.AddPersonalTables(OrdersPersonalTables.All)</c>. One declaration is
/// read by the preview, the export, the erasing and the check that nothing is left.
/// In the SQL: <c>{set:persons}</c> the person's numbers, former ones too; <c>{set:keys}</c> the identifiers' keys; <c>@person</c> today's
/// number; <c>@anonymous</c> the number that is nobody's; <c>@now</c>.
/// </summary>
public sealed record PersonalTable
{
    public required string Name { get; init; }

    /// <summary>What the rows are, for a person to read.</summary>
    public required PersonalTitle Title { get; init; }

    /// <summary>Which rows are the person's.</summary>
    public string Where { get; init; } = "person_id in ({set:persons})";

    public required Fate Fate { get; init; }

    /// <summary>Run in order when the person is erased. Afterwards <see cref="Where"/> finds nothing.</summary>
    public required IReadOnlyList<string> Erase { get; init; }

    /// <summary>Run when the person is anonymised; the same unless said otherwise.</summary>
    public IReadOnlyList<string> Anonymise { get => field ?? Erase; init; }

    /// <summary>What is told of a row, in order; none: the table says nothing that another does not.</summary>
    public IReadOnlyList<PersonalField> Fields { get; init; } = [];

    public string OrderBy { get; init; } = "1";

    /// <summary>The rows hold what tells who it was, be it encrypted: the table is rewritten, so that its files hold nothing any more.</summary>
    public bool Identifies { get; init; }

    /// <summary>Columns of rows that stay in which commands' keys stand: a source may have put a value into its events' ids.</summary>
    public IReadOnlyList<string> CommandKeys { get; init; } = [];

    /// <summary>Assigned to rows whose command's key is changed: <c>link = null</c>.</summary>
    public string WhenKeyChanges { get; init; } = "";

    /// <summary>Rows that go.</summary>
    public static PersonalTable Gone(string name, PersonalTitle title, params IReadOnlyList<PersonalField> fields) =>
        new() { Name = name, Title = title, Fate = Fate.Deleted, Erase = [$"delete from {name} where person_id in ({"{set:persons}"})"], Identifies = true, Fields = fields };

    /// <summary>Rows that stay under the number that is nobody's.</summary>
    /// <param name="also">More assignments: <c>reason = null</c>.</param>
    public static PersonalTable Anonymous(string name, PersonalTitle title, string also, params IReadOnlyList<PersonalField> fields) =>
        new() { Name = name, Title = title, Fate = Fate.Kept, Erase = [$"update {name} set person_id = @anonymous{(also.Length > 0 ? ", " : "")}{also} where person_id in ({"{set:persons}"})"], Fields = fields };
}

/// <summary>A title in both languages.</summary>
public sealed record PersonalTitle(string Zh, string En);

/// <summary>One column of what is told.</summary>
/// <param name="Sql">The column, or an expression over the row.</param>
public sealed record PersonalField(string Name, PersonalTitle Title, string Sql, PersonalKind Kind)
{
    public static PersonalField Text(string name, string zh, string en, string? sql = null) => new(name, new(zh, en), sql ?? name, PersonalKind.Text);
    public static PersonalField Number(string name, string zh, string en, string? sql = null) => new(name, new(zh, en), sql ?? name, PersonalKind.Number);

    /// <summary>An amount in minor units of the row's <c>currency</c>.</summary>
    public static PersonalField Money(string name, string zh, string en, string? sql = null) => new(name, new(zh, en), sql ?? name, PersonalKind.Money);
    public static PersonalField YesNo(string name, string zh, string en, string? sql = null) => new(name, new(zh, en), sql ?? name, PersonalKind.YesNo);

    /// <summary>An instant, from milliseconds.</summary>
    public static PersonalField At(string name, string zh, string en, string sql) => new(name, new(zh, en), sql, PersonalKind.Instant);

    /// <summary>Sealed by the Vault.</summary>
    public static PersonalField Sealed(string name, string zh, string en, string sql) => new(name, new(zh, en), sql, PersonalKind.Sealed);

    /// <summary>A JSON document.</summary>
    public static PersonalField Json(string name, string zh, string en, string? sql = null) => new(name, new(zh, en), sql ?? name, PersonalKind.Json);
}

public enum PersonalKind { Text, Number, Money, YesNo, Instant, Sealed, Json }
