using Microsoft.AspNetCore.Http;

namespace Danke.Platform.Access;

/// <summary>The cookie that holds a session's token. Scripts cannot read it and other sites' requests do not carry it.</summary>
internal static class SessionCookie
{
    private const string Name = "danke_session";

    /// <summary>Browsers take this name only over HTTPS, for this very host and path: nothing beside us can set it.</summary>
    private const string SecureName = "__Host-danke_session";

    private static string NameFor(HttpContext context) => context.Request.IsHttps ? SecureName : Name;

    public static string? Read(HttpContext context) => context.Request.Cookies[NameFor(context)] is { Length: > 0 and < 200 } token ? token : null;

    public static void Write(HttpContext context, string token) => context.Response.Cookies.Append(NameFor(context), token, Options(context));

    public static void Remove(HttpContext context) => context.Response.Cookies.Delete(NameFor(context), Options(context));

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        Secure = context.Request.IsHttps,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        IsEssential = true,
    };
}
