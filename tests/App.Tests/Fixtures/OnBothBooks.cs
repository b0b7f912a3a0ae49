using System.Reflection;
using Danke.Platform.Books;
using Xunit.Sdk;
using Xunit.v3;

namespace Danke.App.Tests.Fixtures;

/// <summary>
/// Runs a theory once on SQLite and once on PostgreSQL: <c>[Theory, OnBothBooks] public async Task …(Dialect dialect)</c>. Further
/// values make further rows: <c>[OnBothBooks(1, "x")]</c> → <c>(Dialect, int, string)</c>. Without PostgreSQL its rows are skipped,
/// except with <c>CI=true</c>, where they fail.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OnBothBooksAttribute(params object?[] values) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        var missing = Environment.GetEnvironmentVariable("CI") == "true" ? null : PostgresCluster.MissingBecause;
        return ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>(
        [
            new TheoryDataRow([Dialect.Sqlite, .. values]),
            new TheoryDataRow([Dialect.Postgres, .. values]) { Skip = missing },
        ]);
    }

    public override bool SupportsDiscoveryEnumeration() => true;
}
