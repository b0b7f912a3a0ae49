using System.CommandLine;
using System.Text;
using Danke.Engines.Demo;
using Command = System.CommandLine.Command;

namespace Danke.App.Cli;

/// <summary><c>danke generate customers</c>: stores' member files without common keys, as CSV, with who is who in the column <c>person</c>.</summary>
internal static class GenerateCustomersVerb
{
    private static readonly Option<int> Count = new("--count") { Description = "How many records.", HelpName = "N", DefaultValueFactory = _ => 200_000 };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "Another seed is another file; the same is the same, byte for byte.", HelpName = "S", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> Out = new("--out") { Description = "Where the CSV goes; - is standard output, and the default.", HelpName = "FILE" };

    public static Command Create()
    {
        var verb = new Command("customers", "Make stores' member files: several records a person with slips, for 'danke identity match --truth person'.") { Count, Seed, Out };
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult given)
    {
        if (given.GetValue(Count) is < 1 or > MatchFile.MostRows) return Printing.Fail($"--count is from 1 to {MatchFile.MostRows:N0}.", 2);
        if (given.GetValue(Out) is not { } file || file == "-") return Pipe(given);
        // Whoever finds the file finds all of it.
        var unfinished = file + ".part";
        using (var to = new StreamWriter(unfinished, append: false, new UTF8Encoding(false))) Write(given, to);
        File.Move(unfinished, file, overwrite: true);
        return 0;
    }

    private static int Pipe(ParseResult given)
    {
        using var to = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
        try
        {
            Write(given, to);
        }
        catch (IOException)
        {
            // The reader has seen enough: danke generate customers | head.
        }
        return 0;
    }

    // No value has a separator or a quote in it.
    private static void Write(ParseResult given, StreamWriter to)
    {
        to.NewLine = "\n";
        to.WriteLine(string.Join(',', CustomerFile.Columns));
        foreach (var row in CustomerFile.Rows(given.GetValue(Count), given.GetValue(Seed))) to.WriteLine(string.Join(',', row));
    }
}
