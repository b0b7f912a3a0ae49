using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Platform.Access;

namespace Danke.Intake.Events;

/// <summary>An event's or row's text for those who may not see personal values: identifiers, names, contact points.</summary>
internal static class Masking
{
    /// <summary>What is shown of a body that is no JSON and so may hold anything anywhere.</summary>
    public const string Hidden = "(hidden: it cannot be read, so personal values in it cannot be told apart)";

    public static string Mask(string body)
    {
        try
        {
            var json = JsonNode.Parse(body, documentOptions: new JsonDocumentOptions { MaxDepth = 32 });
            if (json is not JsonObject root) return Hidden;
            if (root["rows"] is JsonArray rows) foreach (var row in rows.OfType<JsonObject>()) MaskAll(row);
            if (root["identifiers"] is JsonArray identifiers)
                foreach (var identifier in identifiers.OfType<JsonObject>()) MaskText(identifier, "value", TextOf(identifier["namespace"]) ?? "");
            if (root["data"] is JsonObject data) MaskData(data);
            return json.ToJsonString(Platform.Json.DankeJson.Options);
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            // Not JSON, or a property twice.
            return Hidden;
        }
    }

    private static void MaskData(JsonObject data)
    {
        MaskText(data, "card", "card");
        MaskText(data, "point", TextOf(data["via"]) == "email" ? "email" : "phone");
        MaskText(data, "evidence", "evidence");
        if (data["properties"] is JsonObject properties) MaskAll(properties);
        if (data["profile"] is not JsonObject profile) return;
        MaskText(profile, "name", "name");
        MaskText(profile, "birthday", "birthday");
        if (profile["attributes"] is JsonObject attributes) MaskAll(attributes);
    }

    private static void MaskAll(JsonObject of)
    {
        foreach (var name in of.Select(p => p.Key).ToList()) MaskText(of, name, "");
    }

    private static void MaskText(JsonObject of, string name, string @namespace)
    {
        if (of[name] is not { } node) return;
        of[name] = Vault.Mask(@namespace, TextOf(node) ?? node.ToJsonString());
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
