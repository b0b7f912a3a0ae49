using Danke.InsightHost.Chdb;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Danke.InsightHost.Http;

/// <summary>Kestrel with nothing on it but ClickHouse's HTTP interface.</summary>
internal static class HttpServer
{
    /// <summary>A block of the feed is some megabytes; this is a bound, not an expectation.</summary>
    private const long LargestBody = 1L << 30;

    public static WebApplication Build(InsightHostOptions options, Engine engine)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            Listen(kestrel, options.Listen);
        });
        var app = builder.Build();
        var clickHouse = new ClickHouseInterface(engine, options);
        app.Run(clickHouse.Handle);
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, string listen)
    {
        if (listen.StartsWith("unix:", StringComparison.Ordinal))
        {
            var path = listen["unix:".Length..];
            File.Delete(path);
            kestrel.ListenUnixSocket(path);
            return;
        }
        kestrel.Listen(System.Net.IPAddress.Loopback, new Uri(listen).Port);
    }
}
