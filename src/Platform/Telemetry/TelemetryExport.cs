using System.Diagnostics;
using Danke.Platform.Settings;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Danke.Platform.Telemetry;

/// <summary>
/// Sends traces and metrics by OTLP over HTTP to <c>DANKE_OTLP</c>. Everything of ours is named <c>Danke.*</c>: an
/// <see cref="ActivitySource"/> or Meter of such a name is sent without further ado. Without <c>DANKE_OTLP</c> nothing listens and nothing costs.
/// </summary>
internal sealed class TelemetryExport(DankeSettings settings) : IHostedService, IDisposable
{
    private TracerProvider? traces;
    private MeterProvider? metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Otlp is not { Length: > 0 } target) return Task.CompletedTask;
        var resource = ResourceBuilder.CreateDefault().AddService("danke", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3));
        traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource)
            .AddSource("Danke.*", "Microsoft.AspNetCore", "Npgsql")
            .AddProcessor(new WithoutPersonalData())
            .AddOtlpExporter(options => Aim(options, target, "v1/traces"))
            .Build();
        metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
            .AddMeter("Danke.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting", "Npgsql", "System.Runtime")
            .AddOtlpExporter(options => Aim(options, target, "v1/metrics"))
            .Build();
        return Task.CompletedTask;
    }

    private static void Aim(OtlpExporterOptions options, string target, string path)
    {
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new Uri(new Uri(target.TrimEnd('/') + "/"), path);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        traces?.ForceFlush(2_000);
        metrics?.ForceFlush(2_000);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        traces?.Dispose();
        metrics?.Dispose();
    }

    // A search for a phone number is in the query; who asked from where is nobody's business there.
    private sealed class WithoutPersonalData : BaseProcessor<Activity>
    {
        private static readonly string[] Dropped = ["url.query", "url.full", "client.address", "network.peer.address", "user_agent.original"];

        public override void OnEnd(Activity data)
        {
            foreach (var tag in Dropped) data.SetTag(tag, null);
        }
    }
}
