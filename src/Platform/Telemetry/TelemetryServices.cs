using Danke.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Danke.Platform.Telemetry;

public static class TelemetryServices
{
    public static void AddTelemetry(this IServiceCollection services) => services.AddHostedService<TelemetryExport>();

    /// <summary>Lines for people, or with <c>DANKE_LOG=json</c> one object a line for a collector.</summary>
    public static ILoggingBuilder AddDankeConsole(this ILoggingBuilder logging, DankeSettings settings)
    {
        logging.ClearProviders();
        return logging.AddConsole(console => console.FormatterName = LogLines.FormatterName)
            .AddConsoleFormatter<LogLines, LogLines.Options>(options => options.Json = settings.Log == "json");
    }
}
