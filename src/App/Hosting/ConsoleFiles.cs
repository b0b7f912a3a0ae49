using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;

namespace Danke.App.Hosting;

/// <summary>
/// Serves the built console: files whose name carries a hash for ever, the page itself always asked for anew, both compressed once
/// and kept so. Any other path that a browser opens is one of the console's own and gets the page. Files are looked up in a
/// list of what is there, so that no path leads out of the folder.
/// </summary>
internal sealed class ConsoleFiles
{
    private const string Page = "/index.html";
    private static readonly string[] NotOurs = ["/v1", "/health", "/openapi", "/api-docs"];
    private static readonly FileExtensionContentTypeProvider Types = new();

    private readonly string? folder;
    private readonly ConcurrentDictionary<(string File, string Encoding), Task<byte[]>> bodies = new();
    private volatile Listing listing = new(default, FrozenDictionary<string, string>.Empty);

    private sealed record Listing(DateTime BuiltAt, FrozenDictionary<string, string> Files);

    public ConsoleFiles(string? folder) => this.folder = folder;

    /// <summary>The built console beside the executable, or in the source tree above it; null when it was not built.</summary>
    public static string? Find()
    {
        var beside = Path.Combine(AppContext.BaseDirectory, "console");
        if (File.Exists(Path.Combine(beside, "index.html"))) return beside;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, "web", "console", "dist") is var dist && File.Exists(Path.Combine(dist, "index.html"))) return dist;
        return null;
    }

    public void Use(IApplicationBuilder app) => app.Use((context, next) => TryServe(context) is { } answer ? answer : next(context));

    private Task? TryServe(HttpContext context)
    {
        var request = context.Request;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)) return null;
        var path = request.Path.Value is { Length: > 1 } given ? given : Page;
        if (Array.Exists(NotOurs, start => request.Path.StartsWithSegments(start))) return null;
        if (Files().TryGetValue(path, out var file)) return Send(context, path, file);
        if (Path.HasExtension(path)) return null;
        return Files().TryGetValue(Page, out var page) ? Send(context, Page, page) : NotBuilt(context);
    }

    // A new build replaces the page: then the list is read again and what was compressed is forgotten.
    private FrozenDictionary<string, string> Files()
    {
        if (folder is null) return listing.Files;
        var builtAt = File.GetLastWriteTimeUtc(folder + Page);
        if (listing.BuiltAt == builtAt) return listing.Files;
        bodies.Clear();
        listing = new Listing(builtAt, Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .ToFrozenDictionary(f => "/" + Path.GetRelativePath(folder, f).Replace('\\', '/'), StringComparer.Ordinal)
            : FrozenDictionary<string, string>.Empty);
        return listing.Files;
    }

    private async Task Send(HttpContext context, string path, string file)
    {
        var type = Types.TryGetContentType(path, out var known) ? known : "application/octet-stream";
        var encoding = IsText(type) ? EncodingFor(context.Request) : "";
        var body = await bodies.GetOrAdd((file, encoding), key => Read(key.File, key.Encoding));
        var response = context.Response;
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 8))}\"";
        response.Headers.ETag = tag;
        response.Headers.Vary = "Accept-Encoding";
        response.Headers.CacheControl = path.StartsWith("/assets/", StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache";
        if (context.Request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.ContentType = type.StartsWith("text/", StringComparison.Ordinal) || type.Contains("javascript", StringComparison.Ordinal) ? type + "; charset=utf-8" : type;
        if (encoding.Length > 0) response.Headers.ContentEncoding = encoding;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static bool IsText(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal) || type.Contains("javascript", StringComparison.Ordinal)
        || type.Contains("json", StringComparison.Ordinal) || type.Contains("svg", StringComparison.Ordinal);

    private static string EncodingFor(HttpRequest request)
    {
        var accepted = request.Headers.AcceptEncoding.ToString();
        return accepted.Contains("br", StringComparison.Ordinal) ? "br" : accepted.Contains("gzip", StringComparison.Ordinal) ? "gzip" : "";
    }

    private static async Task<byte[]> Read(string file, string encoding)
    {
        var raw = await File.ReadAllBytesAsync(file);
        if (encoding.Length == 0) return raw;
        using var packed = new MemoryStream();
        await using (Stream packing = encoding == "br" ? new BrotliStream(packed, CompressionLevel.Optimal) : new GZipStream(packed, CompressionLevel.Optimal))
            await packing.WriteAsync(raw);
        return packed.ToArray();
    }

    private static Task NotBuilt(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync("""
            <!doctype html><meta charset="utf-8"><title>Danke</title>
            <h1>Danke is running; its console is not built.</h1>
            <p>控制台尚未构建。</p><p>Run <code>npm ci &amp;&amp; npm run build</code> in <code>web/console</code>, or start with <code>./danke demo</code>. The API is at <code>/v1</code>.</p>
            """);
    }
}
