using System.Collections.Frozen;
using System.Collections.Immutable;
using Danke.Engines.Identity.Attributes;

namespace Danke.Engines.Identity;

/// <summary>The namespaces a brand resolves persons by and the order in which evidence counts. Unknown namespaces are opaque, weak and unique within their scope.</summary>
public sealed class IdentityRules
{
    private readonly FrozenDictionary<string, NamespaceRule> byName;

    public IdentityRules(IEnumerable<NamespaceRule> namespaces, LinkPolicy policy = LinkPolicy.LastWins, int? mostIdentifiers = null, long version = 0, AttributeRules? attributes = null)
    {
        Namespaces = [.. namespaces.OrderBy(n => n.Priority).ThenBy(n => n.Name, StringComparer.Ordinal)];
        Policy = policy;
        MostIdentifiers = mostIdentifiers;
        Version = version;
        Attributes = attributes ?? AttributeRules.Default;
        byName = Namespaces.ToFrozenDictionary(n => n.Name);
    }

    /// <summary>Strongest first.</summary>
    public ImmutableArray<NamespaceRule> Namespaces { get; }

    public LinkPolicy Policy { get; }

    /// <summary>No person has more identifiers than this: whatever has belongs to no one person. Null: no bound.</summary>
    public int? MostIdentifiers { get; }

    /// <summary>Which of what is said of a person counts.</summary>
    public AttributeRules Attributes { get; }

    /// <summary>What becomes of persons who are only alike.</summary>
    public MatchingRules Matching { get; init; } = MatchingRules.Default;

    /// <summary>Of the definition; 0 for the rules that ship.</summary>
    public long Version { get; }

    public NamespaceRule this[string name] =>
        byName.TryGetValue(name, out var rule) ? rule : new NamespaceRule(name, NamespaceRule.PriorityOfUnknown) { ValuesPerPerson = 1 };

    /// <summary>
    /// What Danke knows of the Chinese channels. An OAID is an address in one shop, shared by who lives there, and a nick is blurred
    /// and changed: not identity.
    /// </summary>
    public static IdentityRules Default { get; } = new(
    [
        Person("member", 1),
        Person("customer", 1),
        new("phone", 2) { ValuesPerPerson = 1, IsContact = true, SharedAfter = 3, Kind = ValueKind.Phone },
        One("wechat_unionid", 3),
        One("tmall_omid", 3),
        One("jd_xid", 3),
        One("douyin_union_id", 3),
        One("wecom_external_userid", 4),
        One("tmall_ouid", 4),
        One("tmall_open_uid", 4),
        One("jd_pin", 4),
        One("douyin_open_id", 4),
        One("youzan_yz_open_id", 4),
        One("wechat_openid", 5),
        One("pos_id", 5),
        new("email", 5) { IsContact = true, SharedAfter = 3, Kind = ValueKind.Email },
        new("device", 8) { ValuesPerPerson = 5, WindowDays = 30, SharedAfter = 10 },
        new("cookie", 9) { ValuesPerPerson = 20, SharedAfter = 10 },
        new("oaid", 10) { Kind = ValueKind.NotIdentity },
        new("tmall_nick", 10) { Kind = ValueKind.NotIdentity },
    ], mostIdentifiers: 500);

    private static NamespaceRule Person(string name, int priority) => new(name, priority) { ValuesPerPerson = 1, IsPerson = true };

    private static NamespaceRule One(string name, int priority) => new(name, priority) { ValuesPerPerson = 1 };
}

/// <summary>What becomes of persons without a common identifier who are alike. Probabilities between 0 and 1.</summary>
/// <param name="ReviewFrom">From here on somebody should look.</param>
/// <param name="LinkFrom">From here on they are linked, where no rule forbids it; null: never without somebody.</param>
public sealed record MatchingRules(double ReviewFrom, double? LinkFrom)
{
    public static MatchingRules Default { get; } = new(0.5, null);
}
