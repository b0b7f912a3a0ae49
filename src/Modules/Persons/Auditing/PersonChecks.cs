using Danke.Platform.Audits;

namespace Danke.Persons.Auditing;

/// <summary>Everybody is somebody, and who was absorbed leads to who they are now.</summary>
internal static class PersonChecks
{
    public static readonly IReadOnlyList<AuditCheck> All =
    [
        new()
        {
            Name = "persons.aliases_direct",
            Says = "Every old number leads to a person of today in one step.",
            Advice = "Set to_person to where the chain ends; a chain that comes back to itself needs a backup.",
            Rows = "select count(*) from person_aliases",
            Differences = """
                select a.from_person, 'an active person', 'person ' || cast(a.to_person as text) || ', ' || coalesce(p.state, 'not known')
                from person_aliases a left join persons p on p.person_id = a.to_person where p.person_id is null or p.state <> 'active' or a.to_person = a.from_person
                """,
        },
        new()
        {
            Name = "persons.aliases_total",
            Says = "Every absorbed person has an alias, and nobody else has.",
            Advice = "Without an alias an old number leads nowhere: add it from persons.merged_into.",
            Rows = "select count(*) from persons",
            Differences = """
                select p.person_id, case when p.state = 'merged' then 'an alias' else 'no alias' end, case when a.from_person is null then 'none' else 'one' end
                from persons p left join person_aliases a on a.from_person = p.person_id
                where (p.state = 'merged' and (a.from_person is null or p.merged_into is null)) or (p.state <> 'merged' and (a.from_person is not null or p.merged_into is not null))
                """,
        },
        AuditCheck.PersonsOf("persons", "identifiers", "identifier_key"),
        AuditCheck.PersonsOf("persons", "interactions", "interaction_id"),
        AuditCheck.PersonsOf("persons", "consents", "person_id"),
        AuditCheck.PersonsOf("persons", "attribute_statements", "via_key"),
        AuditCheck.PersonsOf("persons", "attribute_pins", "via_key"),
        AuditCheck.CommandsOf("persons", "person_aliases", "from_person"),
    ];
}
