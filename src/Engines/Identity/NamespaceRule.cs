using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Danke.Engines.Identity;

/// <summary>How identifiers of one namespace behave.</summary>
/// <param name="Name">The namespace, e.g. <c>phone</c>.</param>
/// <param name="Priority">1 is the strongest: the strongest known identifier of an event says who it is.</param>
/// <param name="OnePerScope">A person has at most one value of it in a scope: two persons with different values never join.</param>
/// <param name="Kind">How its values are written, so that equal ones compare equal.</param>
public sealed record NamespaceRule(string Name, int Priority, bool OnePerScope, ValueKind Kind = ValueKind.Opaque);

/// <summary>How a namespace's values are normalised.</summary>
public enum ValueKind
{
    /// <summary>Compared letter by letter after trimming.</summary>
    Opaque,

    /// <summary>A phone: digits only, +86 dropped from a mainland mobile.</summary>
    Phone,

    /// <summary>An e-mail address: lower case.</summary>
    Email,

    /// <summary>Says something of a person and not who it is: joins nobody and is not kept.</summary>
    NotIdentity,
}

/// <summary>The namespaces a brand resolves persons by. Unknown ones are opaque, weak and unique within their scope.</summary>
public sealed class IdentityRules
{
    private readonly FrozenDictionary<string, NamespaceRule> byName;

    public IdentityRules(IEnumerable<NamespaceRule> namespaces)
    {
        Namespaces = [.. namespaces.OrderBy(n => n.Priority).ThenBy(n => n.Name, StringComparer.Ordinal)];
        byName = Namespaces.ToFrozenDictionary(n => n.Name);
    }

    public ImmutableArray<NamespaceRule> Namespaces { get; }

    public NamespaceRule this[string name] => byName.TryGetValue(name, out var rule) ? rule : new NamespaceRule(name, 6, OnePerScope: true);

    /// <summary>What Danke knows of the Chinese channels. An OAID is an address in one shop, shared by who lives there: not identity.</summary>
    public static IdentityRules Default { get; } = new(
    [
        new("member", 1, true),
        new("customer", 1, true),
        new("phone", 2, false, ValueKind.Phone),
        new("wechat_unionid", 3, true),
        new("tmall_omid", 3, true),
        new("jd_xid", 3, true),
        new("douyin_union_id", 3, true),
        new("wecom_external_userid", 4, true),
        new("tmall_ouid", 4, true),
        new("jd_pin", 4, true),
        new("douyin_open_id", 4, true),
        new("youzan_yz_open_id", 4, true),
        new("wechat_openid", 5, true),
        new("pos_id", 5, true),
        new("email", 5, false, ValueKind.Email),
        new("device", 8, false),
        new("cookie", 9, false),
        new("oaid", 10, false, ValueKind.NotIdentity),
    ]);
}
