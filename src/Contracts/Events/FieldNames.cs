using System.Text;
using System.Text.Json;

namespace Danke.Contracts.Events;

/// <summary>The property names of one kind of object, found fast: senders keep their order, so the search starts after the last hit.</summary>
internal sealed class FieldNames
{
    private readonly byte[][] names;

    public FieldNames(params string[] names) => this.names = names.Select(Encoding.UTF8.GetBytes).ToArray();

    /// <summary>The name's position; -1 when the object has no such property.</summary>
    public int IndexOf(ref Utf8JsonReader reader, int after)
    {
        for (var tried = 0; tried < names.Length; tried++)
        {
            if (++after >= names.Length) after = 0;
            if (reader.ValueTextEquals(names[after])) return after;
        }
        return -1;
    }

    public string this[int index] => Encoding.UTF8.GetString(names[index]);
}
