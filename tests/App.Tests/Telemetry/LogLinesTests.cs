using System.Text.Json;
using Danke.Platform.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Danke.App.Tests.Telemetry;

public sealed class LogLinesTests
{
    [Theory]
    [InlineData("13800138000 cannot be counted", "*** cannot be counted")]
    [InlineData("value '+86 13800138000'", "value '***'")]
    [InlineData("to wang.x+1@mail.example.com: no", "to ***: no")]
    [InlineData("+4915112345678", "***")]
    [InlineData("order 202611130000138001380001 has 3 lines", "order 202611130000138001380001 has 3 lines")]
    [InlineData("batch 13800 took 12 ms at 2026-11-22", "batch 13800 took 12 ms at 2026-11-22")]
    public void Phones_and_addresses_are_blotted_out(string said, string logged) => LogLines.Blot(said).ShouldBe(logged);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_entry_is_one_line_with_its_exception(bool json)
    {
        var lines = new StringWriter();
        var entry = new LogEntry<string>(LogLevel.Error, "Danke.Test", 7, "Job\nfailed", new InvalidOperationException("13800138000 is no number"), (state, _) => state);

        new LogLines(Options.Create(new LogLines.Options { Json = json })).Write(entry, null, lines);

        var line = lines.ToString().TrimEnd();
        line.ShouldNotContain("\n");
        line.ShouldNotContain("13800138000");
        line.ShouldContain("InvalidOperationException");
        if (json) JsonDocument.Parse(line).RootElement.GetProperty("level").GetString().ShouldBe("fail");
    }
}
