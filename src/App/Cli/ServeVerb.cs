using System.CommandLine;
using Danke.App.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace Danke.App.Cli;

/// <summary><c>danke serve</c>: the API, the workers and the console in one process, until Ctrl-C.</summary>
internal static class ServeVerb
{
    public static Command Create()
    {
        var verb = new Command("serve", "Run the server: API, workers and console, until Ctrl-C.");
        verb.SetAction(async (given, cancel) =>
        {
            await using var app = await DankeServer.Build(given.Settings(), null, cancel);
            await app.StartAsync(cancel);
            Console.WriteLine($"Danke is serving on {DankeServer.UrlOf(app)}");
            await app.WaitForShutdownAsync(cancel);
            return 0;
        });
        return verb;
    }
}
