using System.Globalization;
using System.Text;
using Danke.Contracts.Commands;
using FsCheck;
using FsCheck.Fluent;

namespace Danke.App.Tests.Fixtures;

/// <summary>Random cases for properties that talk to a database, and what to show of one that fails.</summary>
internal static class RandomCases
{
    /// <summary>How many times as many cases as usual to try: <c>DANKE_TEST_EFFORT</c>, 1 unless told.</summary>
    public static readonly int Effort = int.TryParse(Environment.GetEnvironmentVariable("DANKE_TEST_EFFORT"), NumberStyles.None, CultureInfo.InvariantCulture, out var times) ? times : 1;

    public static IEnumerable<T> Many<T>(this Gen<T> gen, int count)
    {
        for (var i = 0; i < count * Effort; i++) yield return gen.Sample(1).First();
    }

    /// <summary>Runs the property; where it fails, leaves out whatever is not needed for the failure and fails with the rest.</summary>
    public static async Task Hold<T>(this T[] history, Func<T[], Task> property)
    {
        if (await Failure(history, property) is not { } failure) return;
        for (var i = history.Length - 1; i >= 0; i--)
        {
            T[] shorter = [.. history[..i], .. history[(i + 1)..]];
            if (await Failure(shorter, property) is { } same) (history, failure) = (shorter, same);
        }
        var text = new StringBuilder().AppendLine(failure.Message).AppendLine("The shortest history found:");
        foreach (var item in history) text.AppendLine(item is Command command ? $"{command.Key} at {command.AtMs} person {command.PersonId} by [{string.Join(", ", command.Identifiers)}]: {command.Body}" : item!.ToString());
        throw new ShouldAssertException(text.ToString(), failure);
    }

    private static async Task<Exception?> Failure<T>(T[] history, Func<T[], Task> property)
    {
        try
        {
            await property(history);
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }
}
