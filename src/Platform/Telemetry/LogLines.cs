using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Danke.Platform.Telemetry;

/// <summary>
/// One line of the log for each entry, for people or as a JSON object. Whatever looks like a phone number or an e-mail address is
/// blotted out, wherever it stands: messages of exceptions quote what they could not read.
/// </summary>
public sealed partial class LogLines(IOptions<LogLines.Options> options) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "danke";

    public sealed class Options : ConsoleFormatterOptions
    {
        /// <summary>A JSON object a line instead of text.</summary>
        public bool Json { get; set; }
    }

    public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = entry.Formatter(entry.State, entry.Exception);
        if (message.Length == 0 && entry.Exception is null) return;
        var at = TimeProvider.System.GetUtcNow();
        textWriter.WriteLine(Blot(options.Value.Json ? Json(entry, message, at) : Text(entry, message, at)));
    }

    /// <summary>The text without phone numbers (mainland mobile numbers and international ones) and e-mail addresses.</summary>
    public static string Blot(string text) => Personal().Replace(text, "***");

    [GeneratedRegex(@"(?<![\w.])(?:\+?86[ -]?)?1[3-9]\d{9}(?!\d)|(?<!\w)\+[1-9]\d{7,14}(?!\d)|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", RegexOptions.CultureInvariant)]
    private static partial Regex Personal();

    private static string Text<TState>(in LogEntry<TState> entry, string message, DateTimeOffset at)
    {
        var line = new StringBuilder($"{at.ToString("HH:mm:ss", CultureInfo.InvariantCulture)} {Word(entry.LogLevel)}: {entry.Category} {message}");
        if (entry.Exception is { } error) line.Append(' ').Append(error);
        return line.Replace("\r", "").Replace("\n", " ").ToString();
    }

    private static string Json<TState>(in LogEntry<TState> entry, string message, DateTimeOffset at)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("at", at.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            json.WriteString("level", Word(entry.LogLevel));
            json.WriteString("category", entry.Category);
            if (entry.EventId.Id != 0) json.WriteNumber("event", entry.EventId.Id);
            json.WriteString("message", message);
            if (System.Diagnostics.Activity.Current is { } activity) json.WriteString("trace_id", activity.TraceId.ToHexString());
            if (entry.State is IReadOnlyList<KeyValuePair<string, object?>> values) Values(json, values);
            if (entry.Exception is { } error) json.WriteString("exception", error.ToString());
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Values(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        json.WriteStartObject("values");
        foreach (var (name, value) in values)
            if (name != "{OriginalFormat}") json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
