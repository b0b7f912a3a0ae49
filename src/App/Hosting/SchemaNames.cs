using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;

namespace Danke.App.Hosting;

/// <summary>
/// What the types of the API are called in its description: by their own names, and by their room's name before it where two rooms have a type of one name.
/// Otherwise one would be described as the other.
/// </summary>
internal static class SchemaNames
{
    private static readonly Lazy<FrozenDictionary<string, Type[]>> ByName = new(() => typeof(SchemaNames).Assembly.GetReferencedAssemblies()
        .Where(a => a.Name?.StartsWith("Danke.", StringComparison.Ordinal) == true).Select(Assembly.Load).Append(typeof(SchemaNames).Assembly)
        .SelectMany(a => a.GetTypes()).Where(IsDescribable).GroupBy(t => t.Name).ToFrozenDictionary(g => g.Key, g => g.ToArray()));

    public static string? Of(JsonTypeInfo type)
    {
        if (OpenApiOptions.CreateDefaultSchemaReferenceId(type) is not { } name) return null;
        var named = type.Type.IsGenericType ? type.Type.GetGenericArguments()[0] : type.Type;
        return Prefix(named) is { Length: > 0 } prefix ? name.Replace(named.Name, prefix + named.Name, StringComparison.Ordinal) : name;
    }

    private static string Prefix(Type type)
    {
        if (!ByName.Value.TryGetValue(type.Name, out var same) || same.Length == 1 || !same.Contains(type)) return "";
        return same.Count(t => Room(t) == Room(type)) == 1 ? Room(type) : string.Concat(Rooms(type));
    }

    private static string Room(Type type) => Rooms(type)[0];

    // Danke.Loyalty.Approving → Loyalty, Approving.
    private static string[] Rooms(Type type) => (type.Namespace ?? "").Split('.') is ["Danke", _, ..] parts ? parts[1..] : [""];

    // Records and enums: what bodies are made of.
    private static bool IsDescribable(Type type) => !type.IsGenericTypeDefinition && (type.IsEnum || type.GetMethod("<Clone>$") is not null || (type.IsValueType && type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) is not null));
}
