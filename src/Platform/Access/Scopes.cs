namespace Danke.Platform.Access;

/// <summary>What a caller may do. API keys carry scopes; people carry a role, which is a set of scopes.</summary>
public static class Scopes
{
    public const string EventsWrite = "events:write";
    public const string IntakeRead = "intake:read";
    public const string IntakeWrite = "intake:write";
    public const string PersonsRead = "persons:read";

    /// <summary>May see identifiers and names unmasked.</summary>
    public const string PersonsReveal = "persons:reveal";
    public const string PersonsWrite = "persons:write";

    /// <summary>May answer what persons ask for by law: tell, erase, anonymise.</summary>
    public const string PrivacyWrite = "privacy:write";
    public const string OrdersRead = "orders:read";
    public const string LoyaltyRead = "loyalty:read";
    public const string LoyaltyWrite = "loyalty:write";
    public const string AudiencesRead = "audiences:read";
    public const string AudiencesWrite = "audiences:write";
    public const string JourneysRead = "journeys:read";
    public const string JourneysWrite = "journeys:write";
    public const string ReportsRead = "reports:read";
    public const string DefinitionsRead = "definitions:read";
    public const string DefinitionsWrite = "definitions:write";
    public const string JobsRead = "jobs:read";
    public const string JobsWrite = "jobs:write";
    public const string SystemRead = "system:read";
    public const string Admin = "admin";

    public static readonly IReadOnlyList<string> All =
    [
        EventsWrite, IntakeRead, IntakeWrite, PersonsRead, PersonsReveal, PersonsWrite, PrivacyWrite, OrdersRead, LoyaltyRead, LoyaltyWrite, AudiencesRead,
        AudiencesWrite, JourneysRead, JourneysWrite, ReportsRead, DefinitionsRead, DefinitionsWrite, JobsRead, JobsWrite, SystemRead, Admin,
    ];
}

/// <summary>The roles of people at the screens.</summary>
public static class Roles
{
    public const string Admin = "admin";
    public const string Operator = "operator";
    public const string Analyst = "analyst";
    public const string Clerk = "clerk";

    private static readonly string[] Reading =
        [Scopes.IntakeRead, Scopes.PersonsRead, Scopes.OrdersRead, Scopes.LoyaltyRead, Scopes.AudiencesRead, Scopes.JourneysRead, Scopes.ReportsRead, Scopes.DefinitionsRead, Scopes.JobsRead];

    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> ScopesOf = new Dictionary<string, IReadOnlyList<string>>
    {
        [Admin] = Scopes.All,
        [Operator] = [.. Reading, Scopes.EventsWrite, Scopes.IntakeWrite, Scopes.PersonsReveal, Scopes.PersonsWrite, Scopes.PrivacyWrite, Scopes.LoyaltyWrite,
            Scopes.AudiencesWrite, Scopes.JourneysWrite, Scopes.DefinitionsWrite, Scopes.JobsWrite, Scopes.SystemRead],
        [Analyst] = Reading,
        [Clerk] = [Scopes.PersonsRead, Scopes.PersonsReveal, Scopes.OrdersRead, Scopes.LoyaltyRead, Scopes.LoyaltyWrite],
    };
}
