using System.Collections.Immutable;
using Danke.Engines.Matching.Fields;

namespace Danke.Engines.Matching;

/// <summary>What records are compared by.</summary>
/// <param name="Name">E.g. <c>surname</c>, <c>birth_date</c>, <c>passport_number</c>.</param>
/// <param name="Role">How it is compared.</param>
/// <param name="Columns">Where its values come from. Each inner list makes one value, e.g. the parts of an address; a record may have several values.</param>
public sealed record MatchField(string Name, ColumnRole Role, ImmutableArray<ImmutableArray<string>> Columns)
{
    internal FieldKind Kind => Role switch
    {
        ColumnRole.GivenName => NameKind.Given,
        ColumnRole.Surname => NameKind.Surname,
        ColumnRole.Organisation => AddressKind.Firm,
        ColumnRole.BirthDate => Dates,
        ColumnRole.Gender => Genders,
        ColumnRole.Phone => Phones,
        ColumnRole.Email => Emails,
        ColumnRole.Address => AddressKind.Street,
        ColumnRole.City => WordKind.City,
        ColumnRole.Region => WordKind.Region,
        ColumnRole.Postcode => CodeKind.Postcode,
        ColumnRole.Identifier => CodeKind.Identifier,
        ColumnRole.RecordType => Types,
        ColumnRole.Text => WordKind.Text,
        _ => throw new InvalidOperationException($"Nothing is compared by {Role}."),
    };

    private static readonly DateKind Dates = new();
    private static readonly GenderKind Genders = new();
    private static readonly RecordTypeKind Types = new();
    private static readonly PhoneKind Phones = new();
    private static readonly EmailKind Emails = new();
}

/// <summary>The fields of a file, made of its columns, and how to read a row into them.</summary>
public sealed record MatchSchema(ImmutableArray<MatchColumn> Columns, ImmutableArray<MatchField> Fields, DateOrder DateOrder)
{
    /// <summary>The likeness of all fields of a pair is kept in one number: three bits each.</summary>
    public const int MostFields = 20;

    public static MatchSchema Of(ImmutableArray<MatchColumn> columns, IReadOnlyList<string[]> rows)
    {
        var fields = new List<MatchField>();
        var names = Grouped(columns.Where(c => c.Role is ColumnRole.GivenName or ColumnRole.Surname or ColumnRole.FullName), NameStem);
        if (!names.IsEmpty)
        {
            fields.Add(new MatchField("given_name", ColumnRole.GivenName, names));
            fields.Add(new MatchField("surname", ColumnRole.Surname, names));
        }
        foreach (var (role, name) in new[] { (ColumnRole.BirthDate, "birth_date"), (ColumnRole.Phone, "phone"), (ColumnRole.Email, "email"), (ColumnRole.Gender, "gender"), (ColumnRole.RecordType, "record_type"), (ColumnRole.Organisation, "organisation") })
            if (Grouped(columns.Where(c => c.Role == role), c => c) is { IsEmpty: false } each) fields.Add(new MatchField(name, role, each));
        if (Grouped(columns.Where(c => c.Role == ColumnRole.Address), Slot) is { IsEmpty: false } addresses) fields.Add(new MatchField("address", ColumnRole.Address, addresses));
        foreach (var role in new[] { ColumnRole.Identifier, ColumnRole.Postcode, ColumnRole.City, ColumnRole.Region, ColumnRole.Text })
            foreach (var same in columns.Where(c => c.Role == role).GroupBy(c => c.Name.Split('#')[0]))
                fields.Add(new MatchField(same.Key, role, role == ColumnRole.Identifier ? WithIssuers(same, columns) : Grouped(same, c => c)));
        return new MatchSchema(columns, [.. fields.Take(MostFields)], OrderOfDates(columns, rows));
    }

    private static ImmutableArray<ImmutableArray<string>> Grouped(IEnumerable<MatchColumn> columns, Func<string, string> key) =>
        [.. columns.GroupBy(c => key(c.Name)).Select(g => (ImmutableArray<string>)[.. g.Select(c => c.Name)])];

    // PASSPORT_NUMBER and PASSPORT_COUNTRY are one value, the number first.
    private static ImmutableArray<ImmutableArray<string>> WithIssuers(IEnumerable<MatchColumn> numbers, ImmutableArray<MatchColumn> columns) => [.. numbers.Select(number =>
    {
        var words = ColumnGuess.Words(number.Name);
        var issuers = columns.Where(c => c.Role == ColumnRole.Issuer && Slot(c.Name) == Slot(number.Name) && ColumnGuess.Words(c.Name) is var told
            && told.LastIndexOf(' ') is > 0 and var end && words.StartsWith(told[..end], StringComparison.Ordinal));
        return (ImmutableArray<string>)[number.Name, .. issuers.Select(c => c.Name).Take(1)];
    })];

    // NAME_FIRST#2 and NAME_LAST#2 are one name; PRIMARY_NAME_FULL is another.
    private static string NameStem(string column)
    {
        var stem = column.ToLowerInvariant();
        foreach (var word in new[] { "forename", "surname", "first", "given", "last", "family", "full", "fname", "lname", "name", "姓名", "姓氏", "姓", "名" }) stem = stem.Replace(word, "");
        return stem.Trim('_', '-', ' ', '.');
    }

    private static string Slot(string column) => column.IndexOf('#') is > 0 and var at ? column[at..] : "";

    private static DateOrder OrderOfDates(ImmutableArray<MatchColumn> columns, IReadOnlyList<string[]> rows)
    {
        var leaning = 0;
        for (var c = 0; c < columns.Length; c++)
            if (columns[c].Role == ColumnRole.BirthDate) leaning += rows.Sum(row => c < row.Length ? DateKind.Leaning(row[c]) : 0);
        return leaning > 0 ? DateOrder.DayFirst : DateOrder.MonthFirst;
    }

    /// <summary>Reads rows whose cells are in the order of <paramref name="columns"/>; columns that the schema knows and the file has not are empty. A reader serves one model.</summary>
    public RecordReader ReaderOf(IReadOnlyList<string> columns) => new(this, columns);
}

/// <summary>A record as it is compared.</summary>
public sealed class MatchRecord
{
    internal MatchRecord(FieldValue?[] values) => Values = values;

    /// <summary>One a field of the schema; null where the record says nothing.</summary>
    internal FieldValue?[] Values { get; }
}

/// <summary>Makes records of rows.</summary>
public sealed class RecordReader
{
    private readonly MatchSchema schema;
    private readonly (int[] Places, ColumnRole[] Roles)[][] sources;
    private readonly Pool[] pools;

    internal RecordReader(MatchSchema schema, IReadOnlyList<string> columns)
    {
        this.schema = schema;
        var places = columns.Select((name, i) => (name, i)).GroupBy(p => p.name).ToDictionary(g => g.Key, g => g.First().i);
        var roles = schema.Columns.ToDictionary(c => c.Name, c => c.Role);
        pools = [.. schema.Fields.Select(_ => new Pool())];
        sources = [.. schema.Fields.Select(f => f.Columns
            .Select(group => group.Where(places.ContainsKey).ToArray())
            .Where(group => group.Length > 0)
            .Select(group => (group.Select(c => places[c]).ToArray(), group.Select(c => roles[c]).ToArray())).ToArray())];
    }

    public MatchRecord Read(IReadOnlyList<string> row)
    {
        var values = new FieldValue?[schema.Fields.Length];
        for (var f = 0; f < values.Length; f++)
        {
            // The two halves of a name are read once.
            if (f > 0 && schema.Fields[f].Role == ColumnRole.Surname && schema.Fields[f - 1].Role == ColumnRole.GivenName) values[f] = values[f - 1];
            else values[f] = ReadField(f, row);
        }
        return new MatchRecord(values);
    }

    private FieldValue? ReadField(int field, IReadOnlyList<string> row)
    {
        FieldValue? first = null, last = null;
        var kind = schema.Fields[field].Kind;
        foreach (var (places, roles) in sources[field])
        {
            var cells = Array.ConvertAll(places, p => p < row.Count ? row[p] : "");
            if (Array.TrueForAll(cells, string.IsNullOrWhiteSpace) || kind.Read(cells, roles, schema.DateOrder, pools[field]) is not { } value) continue;
            if (first is null) first = value;
            else last!.Next = value;
            for (last = value; last.Next is not null;) last = last.Next;
        }
        return first;
    }
}
