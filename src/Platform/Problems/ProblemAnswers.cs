using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Danke.Contracts.Commands;
using Danke.Platform.Door;
using Danke.Platform.Insight;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Danke.Platform.Problems;

/// <summary>Turns every failure into a problem: errors we know into theirs, the rest into <c>internal_error</c> with a trace id and no details.</summary>
public static class ProblemAnswers
{
    public static void UseProblems(this WebApplication app)
    {
        var log = app.Logger;
        app.Use(async (context, next) =>
        {
            try
            {
                if (context.Request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) == true)
                    throw new ProblemException(StatusCodes.Status400BadRequest, "bad_text", "The address holds U+0000.");
                await next(context);
            }
            catch (Exception error)
            {
                await Answer(context, error, log);
                return;
            }
            if (context.Response is { StatusCode: >= 400, HasStarted: false, ContentType: null, ContentLength: null })
                await Bare(context.Response.StatusCode).ExecuteAsync(context);
        });
    }

    private static async Task Answer(HttpContext context, Exception error, ILogger log)
    {
        if (context.RequestAborted.IsCancellationRequested) return;
        var problem = Known(error, context) ?? Unknown(context, error, log);
        if (context.Response.HasStarted)
        {
            // Too late to say anything: a cut connection tells the caller that the answer is not whole.
            context.Abort();
            return;
        }
        // Not Clear(): the security headers stay.
        context.Response.ContentType = null;
        context.Response.ContentLength = null;
        await problem.ExecuteAsync(context);
    }

    internal static IResult? Known(Exception error, HttpContext context)
    {
        switch (error)
        {
            case ProblemException known:
                return known.ToResult();
            case DoorFullException:
                context.Response.Headers.RetryAfter = "1";
                return Problem.Of(StatusCodes.Status503ServiceUnavailable, "busy", "The server has as much waiting as it can hold. Try again in a second.");
            // 57014: PostgreSQL cancels whatever a session is at, which may be the next statement after the one that somebody gave up.
            case BooksUnavailableException or NpgsqlException { IsTransient: true } or PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } or SqliteException { SqliteErrorCode: 5 or 6 }:
                context.Response.Headers.RetryAfter = "2";
                return Problem.Of(StatusCodes.Status503ServiceUnavailable, "books_unavailable", "The Books cannot be reached now. Nothing was half-done; try again.");
            // NUL and half a surrogate pair are no text to PostgreSQL.
            case PostgresException { SqlState: "22021" or "22P05" } or EncoderFallbackException:
                return Problem.Invalid("bad_text", "The request holds characters that are no text, such as U+0000.");
            case InsightUnavailableException unavailable:
                context.Response.Headers.RetryAfter = "5";
                return Problem.Of(StatusCodes.Status503ServiceUnavailable, "insight_unavailable", unavailable.Message);
            case InsightException { Code: InsightException.TimeoutExceeded or InsightException.MemoryLimitExceeded }:
                return Problem.Of(StatusCodes.Status503ServiceUnavailable, "insight_overloaded", "The report took more time or memory than it may. Ask for a shorter period.");
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return Problem.Of(StatusCodes.Status413PayloadTooLarge, "too_large", "The request is larger than this endpoint takes.");
            case BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType }:
                return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send JSON with 'Content-Type: application/json'.");
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }:
                return Problem.Of(StatusCodes.Status408RequestTimeout, "request_timeout", "The body came too slowly or not at all.");
            case BadHttpRequestException { InnerException: JsonException json }:
                return Problem.Invalid("bad_json", WhereIn(json));
            case BadHttpRequestException bad:
                return Problem.Of(bad.StatusCode, "bad_request", bad.Message);
            case JsonException json:
                return Problem.Invalid("bad_json", WhereIn(json));
            default:
                return null;
        }
    }

    // The exception's own text may quote the body, which may hold personal data; the place is enough to mend it.
    private static string WhereIn(JsonException json) =>
        $"The JSON does not fit what is expected here, at {json.Path ?? "$"}" +
        (json.LineNumber is { } line ? $", line {line + 1}, byte {json.BytePositionInLine + 1}." : ".");

    private static IResult Unknown(HttpContext context, Exception error, ILogger log)
    {
        var trace = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
        log.LogError(error, "{Method} {Route} failed, trace {Trace}",
            context.Request.Method, (context.GetEndpoint() as Microsoft.AspNetCore.Routing.RouteEndpoint)?.RoutePattern.RawText, trace);
        return Problem.Of(StatusCodes.Status500InternalServerError, "internal_error",
            "Something broke on our side. Nothing of this request was kept unless said otherwise. Tell the administrator the trace id.",
            new Dictionary<string, object?> { ["trace"] = trace });
    }

    private static IResult Bare(int status) => status switch
    {
        StatusCodes.Status404NotFound => Problem.NotFound("no_such_path", "There is nothing at this address. See /api-docs."),
        StatusCodes.Status405MethodNotAllowed => Problem.Of(status, "method_not_allowed", "This address does not take that method. See /api-docs."),
        StatusCodes.Status415UnsupportedMediaType => Problem.Of(status, "unsupported_media_type", "Send JSON with 'Content-Type: application/json'."),
        _ => Problem.Of(status, "bad_request", "The request cannot be answered."),
    };
}

/// <summary>A problem from deep within: caught at the edge and answered as it is. For what a caller can do something about.</summary>
public sealed class ProblemException(int status, string code, string detail, IDictionary<string, object?>? extra = null) : Exception(detail)
{
    public string Code => code;
    public IResult ToResult() => Problem.Of(status, code, Message, extra);
}
