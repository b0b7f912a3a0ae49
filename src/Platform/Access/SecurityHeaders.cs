using Microsoft.AspNetCore.Builder;

namespace Danke.Platform.Access;

/// <summary>What browsers are told not to do with our answers.</summary>
public static class SecurityHeaders
{
    // Styles inline: the component library sets them. Everything else comes from this host, and nothing frames us.
    private const string Content =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; " +
        "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Content;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()";
        if (context.Request.IsHttps) headers.StrictTransportSecurity = "max-age=31536000";
        // Answers of the API are somebody's data: no cache keeps them unless an endpoint says so.
        if (context.Request.Path.StartsWithSegments("/v1")) headers.CacheControl = "no-store";
        return next(context);
    });
}
