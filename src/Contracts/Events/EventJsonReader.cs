using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Danke.Contracts.Commands;

namespace Danke.Contracts.Events;

/// <summary>What the bytes of one event turned out to be: a command, or what is wrong with them.</summary>
/// <param name="Command">Null when refused.</param>
/// <param name="Problems">Empty when accepted; at most <see cref="EventJsonReader.MostProblems"/>.</param>
/// <param name="Source">As far as it could be read, also of a refused event; null when not usable. <paramref name="Id"/> and <paramref name="Type"/> likewise.</param>
public readonly record struct EventReading(Command? Command, IReadOnlyList<EventProblem> Problems, string? Source, string? Id, string? Type);

/// <summary>
/// Reads one canonical event (docs/events) from UTF-8 JSON, strictly: what is not in the schema is refused with a reason, not
/// guessed at or passed over. One pass, no document in memory. The one reader for whatever way an event comes in.
/// Keeps buffers and a pool of texts from event to event: one instance a stream, not safe for several threads.
/// </summary>
public sealed partial class EventJsonReader
{
    /// <summary>The longest event, in bytes of JSON.</summary>
    public const int MostBytes = 1_048_576;

    /// <summary>Reading goes on after a problem, so that a sender hears of several at once; but not of more than these.</summary>
    public const int MostProblems = 10;

    public const int MostIdentifiers = 20;

    /// <summary>The most lines of an order or refund; with <see cref="MostMoney"/> this keeps every sum within a long.</summary>
    public const int MostLines = 5_000;
    public const int MostPayments = 50;

    /// <summary>The most properties of an interaction or attributes of a profile.</summary>
    public const int MostTexts = 100;
    public const long MostMoney = 100_000_000_000_000;
    public const long MostQuantity = 1_000_000_000;
    public const long MostPoints = 1_000_000_000_000;

    /// <summary>How far a source's clock may be ahead.</summary>
    public FutureTimes Future { get; set; } = FutureTimes.Default;

    // Deeper than any event; an unknown property may nest this far before the event is refused as a whole.
    private const int MostDepth = 16;

    private static readonly FieldNames Envelope = new("source", "id", "type", "time", "channel", "shop", "identifiers", "data");
    private static readonly FieldNames IdentifierNames = new("namespace", "scope", "value", "verified");

    private readonly TextPool pool = new();
    private readonly List<EventProblem> problems = [];
    private readonly List<Identifier> identifiers = [];
    private long nowMs;

    /// <param name="json">One JSON object; white space around it is allowed. Kept as <see cref="Command.Raw"/>, not copied.</param>
    /// <param name="nowMs">The server's time, milliseconds since 1970 UTC.</param>
    public EventReading Read(ReadOnlyMemory<byte> json, long nowMs)
    {
        this.nowMs = nowMs;
        problems.Clear();
        var found = new Found();
        if (json.Length > MostBytes)
            Fail(EventRefusals.EventTooLarge, "$", $"The event has {json.Length:N0} bytes; at most {MostBytes:N0} are taken. Split it or leave out what Danke has no field for.");
        else if (!Utf8.IsValid(json.Span))
            Fail(EventRefusals.EncodingInvalid, "$", "The bytes are not UTF-8. Send JSON in UTF-8.");
        else
            ReadGuarded(json, ref found);
        if (problems.Count > 0) return new EventReading(null, problems.ToArray(), found.Source, found.Id, found.Type);

        var command = new Command
        {
            Source = found.Source!,
            Id = found.Id!,
            AtMs = found.AtMs,
            Channel = found.Channel!,
            Shop = found.Shop ?? "",
            Identifiers = found.Identifiers,
            Body = found.Body!,
            Raw = json,
        };
        // What the source said is what a repeated event is compared with, whenever that comes.
        var hash = EventHash.Of(command);
        if (Future.Clamps && command.AtMs > nowMs + FutureMs) command = command with { AtMs = nowMs };
        return new EventReading(command with { BodyHash = hash }, [], found.Source, found.Id, found.Type);
    }

    private long FutureMs => Future.Hours * 3_600_000L;

    private struct Found
    {
        public Found() { }
        public string? Source, Id, Type, Channel, Shop;
        public long AtMs;
        public ImmutableArray<Identifier> Identifiers = [];
        public CommandBody? Body;
    }

    private void ReadGuarded(ReadOnlyMemory<byte> json, ref Found found)
    {
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = MostDepth });
        try
        {
            ReadEnvelope(ref reader, json.Span, ref found);
        }
        catch (InvalidOperationException)
        {
            // A name, time or code with half a character in its escapes; texts say so with their own path.
            Fail(EventRefusals.TextInvalid, "$", "Holds half a surrogate pair (\\ud800 to \\udfff alone) where a name or code is wanted. Send the whole character.");
        }
        catch (JsonException error)
        {
            // Half an event says nothing reliable: only that it is broken, and where.
            problems.Clear();
            if (reader.CurrentDepth >= MostDepth - 1)
                Fail(EventRefusals.JsonTooDeep, "$", $"The JSON nests deeper than {MostDepth} levels; an event needs at most five.");
            else
                Fail(EventRefusals.JsonInvalid, "$", $"The JSON breaks off or is malformed at byte {(error.LineNumber > 0 ? $"{error.BytePositionInLine} of its line {error.LineNumber + 1}" : error.BytePositionInLine)}. Mend it and send it again.");
        }
    }

    private void ReadEnvelope(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ref Found found)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            while (reader.Read()) { }
            Fail(EventRefusals.FieldType, "$", "An event is a JSON object.");
            return;
        }
        uint seen = 0;
        var dataAt = -1;
        var dataEnd = 0;
        var data = false;
        var field = -1;
        while (NextField(ref reader, Envelope, ref seen, ref field, "$"))
            switch (field)
            {
                case 0: found.Source = Source(ref reader); break;
                case 1: found.Id = Text(ref reader, "$.id", 200, pooled: false); break;
                case 2: found.Type = Type(ref reader); break;
                case 3: found.AtMs = Time(ref reader, "$.time", future: false); break;
                case 4: found.Channel = Name(ref reader, "$.channel", 32, Lower, "small letters, digits, _ and -"); break;
                case 5: found.Shop = PlaceName(ref reader, "$.shop"); break;
                case 6: found.Identifiers = Identifiers(ref reader); break;
                case 7:
                    data = true;
                    if (found.Type is null && (seen & 1 << 2) == 0)
                    {
                        // The type comes later: read the data when it is known.
                        dataAt = (int)reader.TokenStartIndex;
                        reader.Skip();
                        dataEnd = (int)reader.BytesConsumed;
                    }
                    else
                    {
                        found.Body = Data(ref reader, found.Type);
                    }
                    break;
            }
        while (reader.Read()) { } // anything after the object is an error

        if (dataAt >= 0)
        {
            var later = new Utf8JsonReader(json[dataAt..dataEnd], new JsonReaderOptions { MaxDepth = MostDepth });
            later.Read();
            found.Body = Data(ref later, found.Type);
        }
        Require(seen, 0, "$.source", "Name the system that says this, e.g. \"tmall-flagship\".");
        Require(seen, 1, "$.id", "Give the event an id that is unique within its source; a retry uses the same.");
        Require(seen, 2, "$.type", "Say what happened, e.g. \"order.paid\".");
        Require(seen, 3, "$.time", "Say when it happened, e.g. \"2026-11-11T00:03:12+08:00\".");
        Require(seen, 4, "$.channel", "Say on which channel it happened, e.g. \"tmall\".");
        if (!data) Fail(EventRefusals.FieldMissing, "$.data", "Say what happened in data.");
    }

    /// <summary>
    /// Moves to the next value that is there and not null. Unknown and repeated properties are problems and passed over.
    /// </summary>
    private bool NextField(ref Utf8JsonReader reader, FieldNames names, ref uint seen, ref int field, in Where where)
    {
        while (true)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.EndObject) return false;
            var found = names.IndexOf(ref reader, field);
            if (found < 0)
            {
                Fail(EventRefusals.FieldUnknown, $"{where}.{Excerpt(ref reader)}", "Danke has no such field here. Correct the name, or put it into properties or profile.attributes.");
                reader.Read();
                reader.Skip();
                continue;
            }
            field = found;
            reader.Read();
            if ((seen & 1u << found) != 0)
            {
                Fail(EventRefusals.FieldDuplicate, $"{where}.{names[found]}", "The property is there twice; which one is meant? Send it once.");
                reader.Skip();
                continue;
            }
            // null says nothing, as if the property were not there.
            if (reader.TokenType == JsonTokenType.Null) continue;
            seen |= 1u << found;
            return true;
        }
    }

    private ImmutableArray<Identifier> Identifiers(ref Utf8JsonReader reader)
    {
        identifiers.Clear();
        if (!Expect(ref reader, JsonTokenType.StartArray, "$.identifiers", "a list")) return [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var where = new Where("$.identifiers", identifiers.Count);
            if (identifiers.Count == MostIdentifiers)
            {
                Fail(EventRefusals.TooManyItems, "$.identifiers", $"At most {MostIdentifiers} identifiers.");
                SkipToEnd(ref reader, JsonTokenType.EndArray);
                return [];
            }
            identifiers.Add(IdentifierAt(ref reader, where));
        }
        return [.. identifiers];
    }

    private Identifier IdentifierAt(ref Utf8JsonReader reader, in Where where)
    {
        if (!Expect(ref reader, JsonTokenType.StartObject, where, "an object")) return default;
        string? name = null, scope = null, value = null;
        var verified = false;
        uint seen = 0;
        var field = -1;
        while (NextField(ref reader, IdentifierNames, ref seen, ref field, where))
            switch (field)
            {
                case 0: name = Name(ref reader, where.Of("namespace"), 32, Snake, "small letters, digits and _"); break;
                case 1: scope = PlaceName(ref reader, where.Of("scope")); break;
                case 2: value = Text(ref reader, where.Of("value"), 256, pooled: false); break;
                case 3: verified = Flag(ref reader, where.Of("verified")); break;
            }
        Require(seen, 0, where.Of("namespace"), "Say what kind of value it is, e.g. \"phone\".");
        Require(seen, 2, where.Of("value"), "Give the value, or leave the identifier out.");
        return new Identifier(name ?? "", scope ?? "", value ?? "", verified);
    }

    private void Require(uint seen, int field, in Where where, string detail)
    {
        if ((seen & 1u << field) == 0) Fail(EventRefusals.FieldMissing, where.ToString(), detail);
    }

    private void Fail(string code, string path, string detail)
    {
        if (problems.Count < MostProblems) problems.Add(new EventProblem(code, path, detail));
    }

    private void Fail(string code, in Where where, string detail) => Fail(code, where.ToString(), detail);

    /// <summary>A place in the event that becomes text only when there is something to say about it.</summary>
    private readonly struct Where(string path, int index = -1, string? field = null)
    {
        public static implicit operator Where(string path) => new(path);

        public Where Of(string name) => new(path, index, field is null ? name : $"{field}.{name}");

        public override string ToString() => (index < 0 ? path : $"{path}[{index}]") + (field is null ? "" : "." + field);
    }

    // A property's name as part of a path: what a stranger wrote, so short and without control characters.
    private static string Excerpt(ref Utf8JsonReader reader)
    {
        var bytes = reader.ValueSpan.Length > 40 ? reader.ValueSpan[..40] : reader.ValueSpan;
        var text = Encoding.UTF8.GetString(bytes);
        return text.Any(char.IsControl) ? "?" : text;
    }
}
