using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Danke.Contracts.Events;
using Danke.Intake.Files;
using Danke.Intake.Imports;

namespace Danke.Intake.Mappings;

/// <summary>What the rows of one event came to.</summary>
/// <param name="Events">Canonical events as JSON, still to be read by <see cref="EventJsonReader"/>.</param>
/// <param name="Problem">Why there are none; <paramref name="Skipped"/>: because the mapping says so.</param>
internal readonly record struct Built(IReadOnlyList<byte[]> Events, RowProblem? Problem, bool Skipped);

/// <summary>Makes the events of a group of rows, as canonical JSON. One a run, not safe for several threads.</summary>
internal sealed class EventBuilder
{
    private readonly Mapping mapping;
    private readonly Evaluation evaluation;
    private readonly ArrayBufferWriter<byte> buffer = new(4_096);
    private readonly Utf8JsonWriter json;
    private readonly List<byte[]> events = [];

    /// <param name="bound">A mapping bound to the file.</param>
    public EventBuilder(Mapping bound)
    {
        mapping = bound;
        evaluation = new Evaluation(bound);
        json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public Built Build(IReadOnlyList<Row> rows)
    {
        evaluation.Rows = rows;
        events.Clear();
        try
        {
            foreach (var spec in mapping.Events)
            {
                if (!evaluation.Holds(spec.When)) continue;
                if (spec.Skip) return events.Count > 0 ? new Built([.. events], null, false) : new Built([], null, true);
                events.Add(Event(spec));
                if (!mapping.TakesEvery) break;
            }
        }
        catch (ValueException error)
        {
            return new Built([], new RowProblem(ImportRefusals.ValueInvalid, error.Message), false);
        }
        return events.Count > 0 ? new Built([.. events], null, false)
            : new Built([], new RowProblem(ImportRefusals.NoEvent, "The row meets no event's condition in the mapping. Add one, or skip such rows."), false);
    }

    private byte[] Event(EventSpec spec)
    {
        evaluation.CurrencyDigits = CurrencyDigits(spec);
        buffer.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        json.WriteString("source"u8, mapping.Source);
        WriteText("id", evaluation.Text(spec.Id!, 0));
        json.WriteString("type"u8, spec.Type);
        if (evaluation.Time(spec.Time!, 0) is { } ms) json.WriteString("time"u8, Rfc3339.Write(ms));
        json.WriteString("channel"u8, spec.Channel is { } channel ? evaluation.Text(channel, 0) ?? mapping.Channel : mapping.Channel);
        WriteText("shop", spec.Shop is { } shop ? evaluation.Text(shop, 0) : mapping.Shop is "" ? null : mapping.Shop);
        Identifiers(spec);
        json.WriteStartObject("data"u8);
        Fields(spec.Data, 0);
        if (spec.Lines is { } lines) Lines(lines);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private int CurrencyDigits(EventSpec spec)
    {
        foreach (var (name, node) in spec.Data.Fields)
            if (name == "currency" && node is Node.Leaf leaf && evaluation.Text(leaf.Value, 0) is { } code && Currencies.IsKnown(code)) return Currencies.Digits(code);
        return 2;
    }

    private void Identifiers(EventSpec spec)
    {
        if (spec.Identifiers.Count == 0) return;
        json.WriteStartArray("identifiers"u8);
        foreach (var identifier in spec.Identifiers)
        {
            if (!evaluation.Holds(identifier.When) || evaluation.Text(identifier.Value, 0) is not { } value) continue;
            json.WriteStartObject();
            json.WriteString("namespace"u8, identifier.Namespace);
            WriteText("scope", evaluation.Text(identifier.Scope, 0));
            json.WriteString("value"u8, value);
            if (identifier.Verified) json.WriteBoolean("verified"u8, true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void Lines(Node.Object lines)
    {
        json.WriteStartArray("lines"u8);
        for (var row = 0; row < evaluation.Rows.Count; row++)
        {
            json.WriteStartObject();
            Fields(lines, row);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void Fields(Node.Object of, int row)
    {
        foreach (var (name, node) in of.Fields)
            switch (node)
            {
                case Node.Leaf leaf:
                    Leaf(name, leaf, row);
                    break;
                case Node.Object fields:
                    json.WriteStartObject(name);
                    Fields(fields, row);
                    json.WriteEndObject();
                    break;
                case Node.List list:
                    json.WriteStartArray(name);
                    foreach (var item in list.Items)
                    {
                        json.WriteStartObject();
                        if (item is Node.Object fields) Fields(fields, row);
                        json.WriteEndObject();
                    }
                    json.WriteEndArray();
                    break;
            }
    }

    // What a file leaves empty is left out: the event's reader says whether that will do.
    private void Leaf(string name, Node.Leaf leaf, int row)
    {
        switch (leaf.Kind)
        {
            case ValueKind.Text:
                WriteText(name, evaluation.Text(leaf.Value, row));
                break;
            case ValueKind.Time:
                if (evaluation.Time(leaf.Value, row) is { } ms) json.WriteString(name, Rfc3339.Write(ms));
                break;
            case ValueKind.Flag:
                if (evaluation.Flag(leaf.Value, row) is { } flag) json.WriteBoolean(name, flag);
                break;
            case ValueKind.Money:
                if (evaluation.Money(leaf.Value, row) is { } amount) json.WriteNumber(name, amount);
                break;
            case ValueKind.Whole:
                if (evaluation.Whole(leaf.Value, row) is { } number) json.WriteNumber(name, number);
                break;
            default:
                throw new InvalidOperationException(leaf.Kind.ToString());
        }
    }

    private void WriteText(string name, string? text)
    {
        if (text is not null) json.WriteString(name, text);
    }
}
