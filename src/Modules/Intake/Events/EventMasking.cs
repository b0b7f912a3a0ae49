using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Danke.Platform.Access;

namespace Danke.Intake.Events;

/// <summary>
/// An event's or row's text for those who may not see personal values. Shown is what is known to be impersonal - orders, goods,
/// amounts, times; everything else, wherever it stands, is masked: a refused event is just one whose fields are not where
/// they belong.
/// </summary>
internal static partial class EventMasking
{
    /// <summary>What is shown of a body that is no JSON and so may hold anything anywhere.</summary>
    public const string Hidden = "(hidden: it cannot be read, so personal values in it cannot be told apart)";

    private static readonly HashSet<string> Envelope = ["source", "id", "type", "time", "channel", "shop"];

    private static readonly HashSet<string> Data =
    [
        "order", "currency", "kind", "shipping_minor", "discount_minor", "total_minor", "store", "origin", "version", "refund", "amount_minor", "program", "point_type", "via",
        "purpose", "granted", "points", "expires_at", "ends_at",
    ];

    private static readonly HashSet<string> Line = ["line", "sku", "name", "category", "quantity", "unit_price_minor", "amount_minor", "method"];
    private static readonly HashSet<string> Profile = ["gender", "province", "city", "language"];
    private static readonly HashSet<string> Identifier = ["namespace", "scope", "verified"];
    private static readonly HashSet<string> Nothing = [];

    /// <summary>An event's id is a number of the source's; in a refused one a phone or an address may stand where it should be.</summary>
    public static string MaskId(string id) =>
        PhoneOrAddress().Replace(id, match => Vault.Mask(match.Value.Contains('@', StringComparison.Ordinal) ? "email" : "phone", match.Value));

    [GeneratedRegex(@"(?<!\d)1[3-9]\d{9}(?!\d)|[^\s/]+@[^\s/]+", RegexOptions.CultureInvariant)]
    private static partial Regex PhoneOrAddress();

    public static string Mask(string body)
    {
        try
        {
            if (JsonNode.Parse(body, documentOptions: new JsonDocumentOptions { MaxDepth = 32 }) is not JsonObject root) return Hidden;
            Mask(root, Envelope, (name, part) => (name, part) switch
            {
                ("data", JsonObject data) => Masked(data),
                ("identifiers", JsonArray list) => MaskAll(list, Identifier, one => TextOf(one["namespace"]) ?? ""),
                ("rows", JsonArray list) => MaskAll(list, Nothing, _ => ""),
                ("row_numbers", JsonArray) => true,
                _ => false,
            });
            return root.ToJsonString(Platform.Json.DankeJson.Options);
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            // Not JSON, or a property twice.
            return Hidden;
        }
    }

    private static bool Masked(JsonObject data) => Mask(data, Data, (name, part) => (name, part) switch
    {
        ("lines" or "payments", JsonArray list) => MaskAll(list, Line, _ => ""),
        ("profile", JsonObject profile) => Mask(profile, Profile, (inner, texts) => inner == "attributes" && texts is JsonObject of && Mask(of, Nothing, (_, _) => false)),
        ("properties", JsonObject properties) => Mask(properties, Nothing, (_, _) => false),
        _ => false,
    }, name => name switch { "point" => TextOf(data["via"]) == "email" ? "email" : "phone", var other => other });

    private static bool MaskAll(JsonArray list, HashSet<string> shown, Func<JsonObject, string> kindOf)
    {
        if (!list.All(one => one is JsonObject)) return false;
        foreach (var one in list.OfType<JsonObject>())
        {
            var kind = kindOf(one);
            Mask(one, shown, (_, _) => false, _ => kind);
        }
        return true;
    }

    /// <summary>Masks every property that is neither among the shown ones nor a part that was looked into.</summary>
    private static bool Mask(JsonObject of, HashSet<string> shown, Func<string, JsonNode?, bool> lookedInto, Func<string, string>? kindOf = null)
    {
        foreach (var (name, node) in of.ToList())
        {
            if (node is null || shown.Contains(name) && node is JsonValue || lookedInto(name, node)) continue;
            if (node.GetValueKind() is JsonValueKind.True or JsonValueKind.False) continue;
            of[name] = node is JsonValue ? Vault.Mask(kindOf?.Invoke(name) ?? name, TextOf(node) ?? node.ToJsonString()) : "***";
        }
        return true;
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
