using System.CommandLine;
using Danke.App.Cli;
using Danke.App.Hosting;

var root = new RootCommand("Danke: one customer, every channel. Run 'danke VERB --help' for a verb's options.")
{
    DemoVerb.Create(),
    AuditVerb.Create(),
    BenchVerb.Create(),
    GenerateVerb.Create(),
    IdentityVerb.Create(),
    ImportVerb.Create(),
    InsightVerb.Create(),
    LoyaltyVerb.Create(),
    ReportVerb.Create(),
    ScenarioVerb.Create(),
    ServeVerb.Create(),
    MigrateVerb.Create(),
    ApplyVerb.Create(),
    DoctorVerb.Create(),
    PasswordVerb.Create(),
    PrivacyVerb.Create(),
    KeysVerb.Create(),
};
CommonOptions.AddTo(root);

try
{
    var given = root.Parse(args);
    // 2 when the command line is wrong, 1 when the work failed.
    if (given.Errors.Count > 0)
    {
        await given.InvokeAsync();
        return 2;
    }
    return await given.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (StartException error)
{
    Console.Error.WriteLine($"danke: {error.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    return 1;
}
catch (HttpRequestException error)
{
    Console.Error.WriteLine(error.StatusCode is { } status
        ? $"danke: the server answered {(int)status}. Its log says why."
        : "danke: the server does not answer any more. What it had answered is kept; start it and run the same again.");
    return 1;
}
catch (Exception error) when (error is System.Data.Common.DbException or IOException or UnauthorizedAccessException or Danke.Platform.Insight.InsightUnavailableException)
{
    Console.Error.WriteLine($"danke: {error.Message}");
    return 1;
}
