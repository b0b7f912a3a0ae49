using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Reading;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Http;

namespace Danke.Loyalty.Points;

/// <summary>A type of points for whoever shows it.</summary>
/// <param name="Name">points: the program's first type.</param>
/// <param name="Title">What members call it; null where the program gives its first type no title.</param>
/// <param name="Scale">So many of the digits stand behind the point: 2 shows 150 as 1.50.</param>
public sealed record PointTypeView(string Name, string? Title, int Scale)
{
    internal static IReadOnlyList<PointTypeView> Of(LoyaltyProgram program) =>
        [new(PointTypes.First, program.PointsTitle, program.Scale), .. program.PointTypes.Select(t => new PointTypeView(t.Name, t.Title, t.Scale))];
}

/// <summary>Which ledger a request means: a program's, and in it a type of points.</summary>
internal static class Ledgers
{
    /// <param name="program">Left out: the default program.</param>
    /// <param name="type">Left out: the program's first type.</param>
    public static string Of(string? program, string? type) => PointTypes.LedgerOf(string.IsNullOrEmpty(program) ? ProgramBook.DefaultName : program, type);

    /// <summary>Null for a ledger of a live program, as far as is known.</summary>
    public static async Task<IResult?> Unknown(this LivePrograms programs, string ledger, CancellationToken cancel)
    {
        if (await programs.IsLive(ledger, cancel)) return null;
        var program = PointTypes.ProgramOf(ledger);
        return await programs.Find(program, cancel) is null ? Problem.Unacceptable("program_unknown", $"There is no live program '{program}'.")
            : Problem.Unacceptable("point_type_unknown", $"The program '{program}' has no points of the type '{PointTypes.TypeOf(ledger)}'.");
    }
}
