using System.Buffers;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Intake.Files;
using Danke.Platform.Door;
using Danke.Platform.Problems;
using Danke.Platform.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Danke.Intake.Events;

/// <summary>
/// <c>POST /v1/events</c>: one event, an array, or NDJSON; gz or not. While one chunk of events is applied the next is read;
/// answers go out in order as they are there. A single event's status is the response's; many are 200 with a status each.
/// </summary>
internal sealed class PostEvents(Reception reception, IDoor door, IntakeLimits limits, TimeProvider clock, DankeSettings settings, EventTimes times)
{
    private static readonly string[] StreamTypes = ["application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/jsonlines"];

    private enum Form { Unknown, Single, Array, Lines }

    public async Task Handle(HttpContext context)
    {
        if (door.IsFull)
        {
            await Busy(context).ExecuteAsync(context);
            return;
        }
        var problem = Body(context.Request, out var form, out var body);
        if (problem is not null)
        {
            await problem.ExecuteAsync(context);
            return;
        }
        SetLimits(context, form);
        try
        {
            await Handle(context, form, body!);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            await Problem.Of(StatusCodes.Status408RequestTimeout, "body_too_slow", $"No event was complete within {limits.Patience.TotalSeconds:0} seconds. Send the body without pauses.").ExecuteAsync(context);
        }
        catch (Exception error) when (error is InvalidDataException or FileException && !context.Response.HasStarted)
        {
            await Problem.Invalid(error is FileException bomb ? bomb.Code : "body_damaged", error is FileException ? error.Message : "The body is no valid gzip. Pack it again.").ExecuteAsync(context);
        }
        catch (BooksUnavailableException) when (!context.Response.HasStarted)
        {
            context.Response.Headers.RetryAfter = "2";
            await Problem.Of(StatusCodes.Status503ServiceUnavailable, "books_unavailable", "The Books cannot be written now. Send the same again in a moment: what was applied will not be applied twice.").ExecuteAsync(context);
        }
    }

    private static IResult Busy(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return Problem.Of(StatusCodes.Status503ServiceUnavailable, "busy", "The server has as much waiting as it can hold. Try again in a second.");
    }

    private static IResult? Body(HttpRequest request, out Form form, out Stream? body)
    {
        form = Form.Unknown;
        body = null;
        var type = request.ContentType?.Split(';')[0].Trim().ToLowerInvariant();
        if (StreamTypes.Contains(type)) form = Form.Lines;
        else if (type is not (null or "" or "application/json") && !type.EndsWith("+json", StringComparison.Ordinal))
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send one event or an array as application/json, a stream of lines as application/x-ndjson.");
        switch (request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant())
        {
            case "" or "identity":
                body = request.Body;
                return null;
            case "gzip" or "x-gzip":
                var packed = new Counting(request.Body);
                body = new UnpackedStream(new GZipStream(packed, CompressionMode.Decompress), () => packed.Count);
                return null;
            default:
                return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_encoding", "Send the body as it is or as gzip.");
        }
    }

    // A stream has no end and may pause between events; whatever else is sent has a size.
    private void SetLimits(HttpContext context, Form form)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = form == Form.Lines ? null : limits.MostArrayBytes;
        if (form == Form.Lines && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
    }

    private async Task Handle(HttpContext context, Form form, Stream body)
    {
        var begun = await Beginning(body);
        if (form == Form.Unknown) form = FirstByte(begun) == '[' ? Form.Array : Form.Single;
        if (form == Form.Single) await Single(context, body, begun);
        else await Many(context, body, begun, form == Form.Array);
    }

    private CancellationTokenSource Patience() => new(limits.Patience, clock);

    /// <summary>The first bytes, at least until something is in them.</summary>
    private async Task<byte[]> Beginning(Stream body)
    {
        var buffer = new byte[4_096];
        var length = 0;
        using var patience = Patience();
        while (length < buffer.Length && await body.ReadAsync(buffer.AsMemory(length), patience.Token) is > 0 and var read)
        {
            length += read;
            if (FirstByte(buffer.AsSpan(0, length)) != 0) break;
        }
        return buffer[..length];
    }

    private static byte FirstByte(ReadOnlySpan<byte> begun)
    {
        if (begun.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf])) begun = begun[3..];
        var first = begun.IndexOfAnyExcept(" \t\r\n"u8);
        return first < 0 ? (byte)0 : begun[first];
    }

    private async Task Single(HttpContext context, Stream body, byte[] begun)
    {
        using var patience = Patience();
        using var whole = new MemoryStream();
        whole.Write(begun);
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, patience.Token) is > 0 and var read)
        {
            whole.Write(buffer, 0, read);
            if (whole.Length <= EventJsonReader.MostBytes) continue;
            await Problem.Of(StatusCodes.Status413PayloadTooLarge, EventRefusals.EventTooLarge,
                $"One event has at most {EventJsonReader.MostBytes:N0} bytes. To send several, use a JSON array or NDJSON with Content-Type application/x-ndjson.").ExecuteAsync(context);
            return;
        }
        var json = whole.ToArray().AsMemory();
        if (json.Span.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf])) json = json[3..];
        if (json.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            await Problem.Invalid("body_empty", "The body is empty. Send an event as JSON; see /v1/events/schema.").ExecuteAsync(context);
            return;
        }
        var received = new Received(1, new EventJsonReader { Future = await times.Current(context.RequestAborted) }.Read(json, Now()), json);
        await reception.Submit([received], context.RequestAborted);
        context.Response.StatusCode = received.Answer.Status switch
        {
            AnswerStatus.Applied or AnswerStatus.Duplicate or AnswerStatus.Suppressed => StatusCodes.Status200OK,
            AnswerStatus.Declined => StatusCodes.Status409Conflict,
            _ => StatusCodes.Status422UnprocessableEntity,
        };
        context.Response.ContentType = "application/json; charset=utf-8";
        var answer = new ArrayBufferWriter<byte>(256);
        new AnswerWriter(answer).Write(received, withLine: false);
        await context.Response.Body.WriteAsync(answer.WrittenMemory, context.RequestAborted);
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Pending(IReadOnlyList<Received> Events, Task Answered);

    private async Task Many(HttpContext context, Stream body, byte[] begun, bool isArray)
    {
        using var reader = new BodyReader(body, isArray, isArray ? limits.MostArrayBytes : long.MaxValue, begun);
        await using var answers = new Answers(context, isArray, OnlyProblems(context.Request), settings.Data);
        var parser = new EventJsonReader();
        var waiting = new Queue<Pending>();
        var inFlight = 0;
        Exception? broken = null;
        try
        {
            while (await NextChunk(reader, waiting, answers, n => inFlight -= n) is { } chunk)
            {
                parser.Future = await times.Current(context.RequestAborted);
                var pending = Begin(chunk, parser, context.RequestAborted);
                waiting.Enqueue(pending);
                inFlight += pending.Events.Count;
                while (waiting.TryPeek(out var first) && (first.Answered.IsCompleted || inFlight > limits.MostInFlight || waiting.Count > limits.MostChunks))
                    inFlight -= await Finish(waiting, answers);
            }
            while (waiting.Count > 0) await Finish(waiting, answers);
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested
            && (answers.HasAny || context.Response.HasStarted || (waiting.Count > 0 && error is not BooksUnavailableException)))
        {
            broken = error;
        }
        if (broken is not null) await EndWith(broken, waiting, answers);
        await answers.End();
    }

    private static bool OnlyProblems(HttpRequest request) => request.Query["results"] == "problems";

    /// <summary>Reads on; answers that come meanwhile go out at once.</summary>
    private async Task<Chunk?> NextChunk(BodyReader reader, Queue<Pending> waiting, Answers answers, Action<int> answered)
    {
        using var patience = Patience();
        var next = reader.Next(patience.Token);
        if (next.IsCompleted) return await next;
        var reading = next.AsTask();
        while (waiting.TryPeek(out var first) && !reading.IsCompleted)
        {
            await Task.WhenAny(reading, first.Answered);
            if (first.Answered.IsCompleted) answered(await Finish(waiting, answers));
        }
        return await reading;
    }

    private Pending Begin(Chunk chunk, EventJsonReader parser, CancellationToken cancel)
    {
        var now = Now();
        var events = new List<Received>(chunk.Slices.Count);
        foreach (var slice in chunk.Slices)
        {
            var raw = chunk.Buffer.AsMemory(slice.Start, slice.Length);
            events.Add(new Received(slice.Line, slice.Problem is null ? parser.Read(raw, now) : new EventReading(null, [slice.Problem], null, null, null), raw));
        }
        return new Pending(events, Submit(events, chunk, cancel));
    }

    private async Task Submit(List<Received> events, Chunk chunk, CancellationToken cancel)
    {
        await reception.Submit(events, cancel);
        // Only now: as long as it is not answered somebody may still read the bytes.
        chunk.Return();
    }

    private static async Task<int> Finish(Queue<Pending> waiting, Answers answers)
    {
        var pending = waiting.Peek();
        await pending.Answered;
        waiting.Dequeue();
        foreach (var received in pending.Events) answers.Add(received);
        answers.Pump();
        return pending.Events.Count;
    }

    // The status is sent already: the last element says what became of the rest.
    private async Task EndWith(Exception error, Queue<Pending> waiting, Answers answers)
    {
        try
        {
            while (error is not BooksUnavailableException && waiting.Count > 0) await Finish(waiting, answers);
        }
        catch (BooksUnavailableException unavailable)
        {
            error = unavailable;
        }
        var (code, detail) = error switch
        {
            OperationCanceledException => ("body_too_slow", $"No event was complete for {limits.Patience.TotalSeconds:0} seconds, so the stream was ended. Go on in a new request."),
            BooksUnavailableException => ("books_unavailable", "The Books cannot be written now. Send what was not answered again in a moment."),
            FileException bomb => (bomb.Code, bomb.Message),
            InvalidDataException => ("body_damaged", "The gzip is damaged from here on. Send the rest again."),
            BadHttpRequestException => ("body_broken", "The body broke off. Send what was not answered again."),
            _ => ("internal_error", "Something broke on our side. Send what was not answered again."),
        };
        answers.AddEnd(code, detail);
    }

    /// <summary>Counts what came over the wire.</summary>
    private sealed class Counting(Stream body) : Stream
    {
        public long Count { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await body.ReadAsync(buffer, cancellationToken);
            Count += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void Flush() { }
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

/// <summary>The answers to many events, in the form in which the events came.</summary>
internal sealed class Answers : IAsyncDisposable
{
    private readonly HttpContext context;
    private readonly bool isArray;
    private readonly bool onlyProblems;
    private readonly ArrayBufferWriter<byte> buffer = new(16 * 1024);
    private readonly AnswerWriter writer;
    private readonly Spool spool;
    private readonly long[] counts = new long[5];

    public Answers(HttpContext context, bool isArray, bool onlyProblems, string folder)
    {
        (this.context, this.isArray, this.onlyProblems) = (context, isArray, onlyProblems);
        writer = new AnswerWriter(buffer);
        spool = new Spool(context.Response.BodyWriter, folder);
    }

    public bool HasAny { get; private set; }

    public void Add(Received received)
    {
        counts[(int)received.Answer.Status]++;
        if (onlyProblems && received.Answer.Status is (AnswerStatus.Applied or AnswerStatus.Duplicate)) return;
        Begin();
        writer.Write(received, withLine: true);
        EndOne();
    }

    public void AddEnd(string code, string detail)
    {
        Begin();
        writer.WriteEnd(code, detail);
        EndOne();
    }

    private void Begin()
    {
        if (isArray) buffer.Write(HasAny ? ","u8 : "["u8);
        HasAny = true;
    }

    private void EndOne()
    {
        if (!isArray) buffer.Write("\n"u8);
    }

    /// <summary>Sends what there is as far as the client takes it now.</summary>
    public void Pump()
    {
        Start();
        spool.Write(buffer.WrittenSpan);
        buffer.ResetWrittenCount();
        spool.Pump();
    }

    private void Start()
    {
        if (context.Response.HasStarted || context.Response.ContentType is not null) return;
        context.Response.ContentType = isArray ? "application/json; charset=utf-8" : "application/x-ndjson; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
    }

    public async Task End()
    {
        if (onlyProblems)
        {
            Begin();
            writer.WriteSummary(counts);
            EndOne();
        }
        if (isArray) buffer.Write(HasAny ? "]"u8 : "[]"u8);
        Pump();
        await spool.Drain();
    }

    public ValueTask DisposeAsync() => spool.DisposeAsync();
}

/// <summary>Writes one answer as JSON.</summary>
internal sealed class AnswerWriter(IBufferWriter<byte> into)
{
    private readonly Utf8JsonWriter json = new(into, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public void Write(Received received, bool withLine)
    {
        json.Reset();
        json.WriteStartObject();
        if (withLine) json.WriteNumber("line"u8, received.Line);
        json.WriteString("source"u8, received.Source);
        json.WriteString("id"u8, received.Id);
        json.WriteString("status"u8, Words.Of(received.Answer.Status));
        if (received.Answer.Code is { } code) json.WriteString("code"u8, code);
        if (received.Answer.Detail is { } detail) json.WriteString("detail"u8, detail);
        if (received.Problems.Count > 0) Problems(received.Problems);
        if (received.Answer.PersonId != 0) json.WriteNumber("person_id"u8, received.Answer.PersonId);
        json.WriteEndObject();
        json.Flush();
    }

    private void Problems(IReadOnlyList<EventProblem> problems)
    {
        json.WriteStartArray("problems"u8);
        foreach (var problem in problems)
        {
            json.WriteStartObject();
            json.WriteString("code"u8, problem.Code);
            json.WriteString("path"u8, problem.Path);
            json.WriteString("detail"u8, problem.Detail);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public void WriteEnd(string code, string detail)
    {
        json.Reset();
        json.WriteStartObject();
        json.WriteString("status"u8, "unanswered"u8);
        json.WriteString("code"u8, code);
        json.WriteString("detail"u8, detail);
        json.WriteEndObject();
        json.Flush();
    }

    public void WriteSummary(long[] counts)
    {
        json.Reset();
        json.WriteStartObject();
        json.WriteStartObject("summary"u8);
        json.WriteNumber("events"u8, counts.Sum());
        for (var status = 0; status < counts.Length; status++) json.WriteNumber(Words.Of((AnswerStatus)status), counts[status]);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
    }
}
