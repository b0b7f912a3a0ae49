using Microsoft.AspNetCore.Http;

namespace Danke.Platform.Problems;

/// <summary>RFC 9457 problems with a stable <c>code</c>: the console translates the code, the detail says what to do.</summary>
public static class Problem
{
    public static IResult Of(int status, string code, string detail, IDictionary<string, object?>? extra = null)
    {
        var extensions = new Dictionary<string, object?>(extra ?? new Dictionary<string, object?>()) { ["code"] = code };
        return Results.Problem(detail, statusCode: status, type: $"urn:danke:problem:{code}", title: Title(status), extensions: extensions);
    }

    public static IResult NotFound(string code, string detail) => Of(StatusCodes.Status404NotFound, code, detail);
    public static IResult Invalid(string code, string detail) => Of(StatusCodes.Status400BadRequest, code, detail);
    /// <summary>Well-formed, and it cannot be done as it is said.</summary>
    public static IResult Unacceptable(string code, string detail) => Of(StatusCodes.Status422UnprocessableEntity, code, detail);
    public static IResult Conflict(string code, string detail) => Of(StatusCodes.Status409Conflict, code, detail);

    private static string Title(int status) => status switch
    {
        400 => "Bad request",
        401 => "Not signed in",
        403 => "Not allowed",
        404 => "Not found",
        409 => "Conflict",
        413 => "Too large",
        415 => "Unsupported format",
        422 => "Not acceptable",
        429 => "Too many requests",
        503 => "Busy",
        _ => "Error",
    };
}
