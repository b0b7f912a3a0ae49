using Danke.InsightHost;
using Danke.InsightHost.Chdb;
using Danke.InsightHost.Http;

// danke-insight --data DIR --listen unix:PATH|http://127.0.0.1:PORT
// The token that callers must show is in DANKE_INSIGHT_TOKEN. Ends when its standard input is closed: when the parent is gone.
if (InsightHostOptions.Parse(args, Environment.GetEnvironmentVariable) is not { } options)
{
    Console.Error.WriteLine("Usage: DANKE_INSIGHT_TOKEN=… danke-insight --data DIR --listen unix:PATH|http://127.0.0.1:PORT [--memory BYTES]");
    return 2;
}
try
{
    // The Door comes first on a busy machine; on an idle one this costs nothing. The library's threads inherit it.
    if (OperatingSystem.IsLinux()) Process.GiveWay();
    using var engine = Engine.Start(options);
    await using var server = HttpServer.Build(options, engine);
    await server.StartAsync();
    Console.WriteLine($"ready {engine.Version}");
    await ParentWatch.UntilGone(Console.OpenStandardInput());
    await server.StopAsync();
    return 0;
}
catch (ChdbException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
finally
{
    Process.EndNow();
}
