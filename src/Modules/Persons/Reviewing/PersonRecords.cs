using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Danke.Engines.Identity;
using Danke.Engines.Matching;
using Danke.Persons.Linking;
using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.Persons.Reviewing;

/// <summary>What is known of one person, as it is compared with others.</summary>
/// <param name="Anchor">The identifier that the person's number stays with.</param>
/// <param name="Cells">As many as the set's columns; empty where nothing is known.</param>
internal sealed record PersonRecord(long PersonId, long Anchor, string[] Cells);

/// <summary>All active persons of whom enough is known to compare them.</summary>
internal sealed record PersonRecords(ImmutableArray<string> Columns, IReadOnlyList<PersonRecord> Persons)
{
    /// <summary>A file of so many is matched in memory.</summary>
    public const int Most = 1_000_000;

    private const int PageSize = 5_000;

    private const int MostPhones = 3;
    private const int MostEmails = 2;

    private static readonly ImmutableArray<(string Name, ColumnRole Role)> All =
    [
        ("name", ColumnRole.FullName), ("birth_date", ColumnRole.BirthDate), ("gender", ColumnRole.Gender), ("province", ColumnRole.Region), ("city", ColumnRole.City), ("address", ColumnRole.Address),
        .. Enumerable.Range(1, MostPhones).Select(n => (n == 1 ? "phone" : string.Create(CultureInfo.InvariantCulture, $"phone#{n}"), ColumnRole.Phone)),
        .. Enumerable.Range(1, MostEmails).Select(n => (n == 1 ? "email" : string.Create(CultureInfo.InvariantCulture, $"email#{n}"), ColumnRole.Email)),
    ];

    private static readonly string[] AddressNames = ["address", "地址"];

    public static ImmutableDictionary<string, ColumnRole> Roles { get; } = All.ToImmutableDictionary(c => c.Name, c => c.Role);

    public MatchTable Table => new(Columns, [.. Persons.Select(p => p.Cells)]);

    public static ImmutableArray<string> AllColumns { get; } = [.. All.Select(c => c.Name)];

    /// <summary>The same records a page at a time, with all columns, by their persons' numbers.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<PersonRecord>> Pages(BooksStore books, Vault vault, IdentityRules rules, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var after = 0L; ;)
        {
            var persons = await books.Read(PersonRow.Select + " where state = 'active' and person_id > @after order by person_id limit @limit", PersonRow.Read,
                [("after", after), ("limit", (long)PageSize)], cancel);
            if (persons.Count == 0) yield break;
            after = persons[^1].PersonId;
            var ids = persons.Select(p => p.PersonId).ToArray();
            var anchors = (await books.Read("select anchor_of, identifier_key from identifiers where anchor_of in ({keys}) and anchor_of <> 0 and anchor_of = person_id",
                r => (Person: r.GetInt64(0), Key: r.GetInt64(1)), [("keys", ids)], cancel)).ToDictionary(a => a.Person, a => a.Key);
            var points = await ContactPoints.Of(books, vault, rules, ids, cancel);
            yield return [.. persons.Where(p => anchors.ContainsKey(p.PersonId)).Select(p => new PersonRecord(p.PersonId, anchors[p.PersonId], CellsOf(p, points[p.PersonId], vault))).Where(IsEnough)];
        }
    }

    public static async Task<PersonRecords> Read(BooksStore books, Vault vault, IdentityRules rules, CancellationToken cancel)
    {
        var anchors = (await books.Read("select anchor_of, identifier_key from identifiers where anchor_of <> 0 and anchor_of = person_id", r => (Person: r.GetInt64(0), Key: r.GetInt64(1)), [], cancel))
            .ToDictionary(a => a.Person, a => a.Key);
        var points = await ContactPoints.Of(books, vault, rules, null, cancel);
        var persons = await books.Read(PersonRow.Select + " where state = 'active' order by person_id", PersonRow.Read, [], cancel);
        var records = persons.Where(p => anchors.ContainsKey(p.PersonId)).Select(p => new PersonRecord(p.PersonId, anchors[p.PersonId], CellsOf(p, points[p.PersonId], vault))).Where(IsEnough).ToList();
        return new PersonRecords(AllColumns, records).WithoutEmptyColumns();
    }

    private static string[] CellsOf(PersonRow person, IEnumerable<ContactPoint> points, Vault vault)
    {
        var attributes = person.Attributes == "{}" ? [] : JsonSerializer.Deserialize<Dictionary<string, string>>(person.Attributes)!;
        string[] Of(ValueKind kind, int most) => [.. points.Where(p => p.Kind == kind).Select(p => p.Value).Take(most).Concat(Enumerable.Repeat("", most)).Take(most)];
        return
        [
            person.NameCipher is { } name ? vault.Open(name) : "", person.Birthday ?? "", person.Gender ?? "", person.Province ?? "", person.City ?? "",
            AddressNames.Select(attributes.GetValueOrDefault).FirstOrDefault(a => !string.IsNullOrEmpty(a)) ?? "",
            .. Of(ValueKind.Phone, MostPhones), .. Of(ValueKind.Email, MostEmails),
        ];
    }

    // A phone alone, or a name alone, is alike with nobody in a way that would say anything.
    private static bool IsEnough(PersonRecord person) => person.Cells.Count(c => c.Length > 0) >= 2;

    private PersonRecords WithoutEmptyColumns()
    {
        var kept = Enumerable.Range(0, Columns.Length).Where(c => Persons.Any(p => p.Cells[c].Length > 0)).ToArray();
        return new([.. kept.Select(c => Columns[c])], [.. Persons.Select(p => p with { Cells = Array.ConvertAll(kept, c => p.Cells[c]) })]);
    }
}

/// <summary>A number or an address of a person.</summary>
/// <param name="IsOwn">The person has it; else only claims it: it is somebody else's or nobody's.</param>
internal sealed record ContactPoint(long PersonId, string Namespace, ValueKind Kind, string Value, bool IsOwn);

/// <summary>Where persons can be reached, what is shared or disputed too.</summary>
internal static class ContactPoints
{
    /// <param name="persons">Null: everybody's.</param>
    public static async Task<ILookup<long, ContactPoint>> Of(BooksStore books, Vault vault, IdentityRules rules, long[]? persons, CancellationToken cancel)
    {
        // Names of rules are letters, digits and underscores.
        var kinds = string.Join(", ", rules.Namespaces.Where(n => n.Kind is ValueKind.Phone or ValueKind.Email).Select(n => $"'{n.Name}'"));
        if (kinds.Length == 0) return Array.Empty<ContactPoint>().ToLookup(p => p.PersonId);
        var only = persons is null ? "" : " and i.person_id in ({keys})";
        var rows = await books.Read($"""
            select i.person_id, i.namespace, i.value_cipher, i.identifier_key, 1 from identifiers i where i.namespace in ({kinds}) and i.person_id <> 0{only}
            union all
            select i.person_id, p.namespace, p.value_cipher, p.identifier_key, 0 from links l
            join identifiers i on i.identifier_key = l.low_key join identifiers p on p.identifier_key = l.high_key
            where l.dropped_rule is not null and p.namespace in ({kinds}) and i.person_id <> 0 and p.person_id <> i.person_id{only}
            union all
            select i.person_id, p.namespace, p.value_cipher, p.identifier_key, 0 from links l
            join identifiers i on i.identifier_key = l.high_key join identifiers p on p.identifier_key = l.low_key
            where l.dropped_rule is not null and p.namespace in ({kinds}) and i.person_id <> 0 and p.person_id <> i.person_id{only}
            """, r => (Person: r.GetInt64(0), Namespace: r.GetString(1), Cipher: r.Bytes(2), Key: r.GetInt64(3), IsOwn: Convert.ToInt64(r.GetValue(4), CultureInfo.InvariantCulture) == 1),
            persons is null ? [] : [("keys", persons)], cancel);
        return rows.DistinctBy(r => (r.Person, r.Key)).OrderByDescending(r => r.IsOwn).ThenBy(r => r.Key)
            .Select(r => new ContactPoint(r.Person, r.Namespace, rules[r.Namespace].Kind, vault.Open(r.Cipher), r.IsOwn)).ToLookup(p => p.PersonId);
    }
}
