using Danke.Platform.Books;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Platform.Privacy;

/// <summary>Something that is kept for so many days and then goes, persons or no persons: see docs/privacy.md. A module registers one for each kind.</summary>
public interface IRetained
{
    /// <summary>snake_case noun, for settings and reports: <c>dead_letters</c>.</summary>
    string Name { get; }

    /// <summary>What it is, for a person to read.</summary>
    PersonalTitle Title { get; }

    /// <summary>When nothing else is set; null: kept for ever.</summary>
    int? DefaultDays { get; }

    /// <summary>How much of it is older.</summary>
    Task<long> Count(long beforeMs, CancellationToken cancel);

    /// <summary>Removes what is older, a bounded number of rows in a transaction; answers how much that was. May be run again.</summary>
    Task<long> Remove(long beforeMs, CancellationToken cancel);
}

/// <summary>Rows of one table that go, or lose what they say.</summary>
/// <param name="key">The table's key, a bigint.</param>
/// <param name="where">Which rows are older: <c>at_ms &lt; @before</c>.</param>
/// <param name="blank">Null: the rows go. Else what they lose: <c>body_cipher = null</c>; then <paramref name="where"/> no longer finds them.</param>
public class RetainedRows(BooksStore books, string name, PersonalTitle title, int? defaultDays, string table, string key, string where, string? blank = null) : IRetained
{
    /// <summary>Rows in one transaction: the Door waits for no more than that.</summary>
    private const long AtOnce = 5_000;

    public string Name => name;
    public PersonalTitle Title => title;
    public int? DefaultDays => defaultDays;

    public async Task<long> Count(long beforeMs, CancellationToken cancel) => (await books.Read($"select count(*) from {table} where {where}", r => r.GetInt64(0), [("before", beforeMs)], cancel))[0];

    public virtual async Task<long> Remove(long beforeMs, CancellationToken cancel)
    {
        var some = $"where {key} in (select {key} from {table} where {where} order by {key} limit @most)";
        var sql = blank is null ? $"delete from {table} {some}" : $"update {table} set {blank} {some}";
        for (long removed = 0; ;)
        {
            cancel.ThrowIfCancellationRequested();
            var count = await books.Write(t => t.Execute(sql, ("before", beforeMs), ("most", AtOnce)), cancel);
            removed += count;
            if (count < AtOnce) return removed;
        }
    }
}

public static class RetentionServices
{
    /// <inheritdoc cref="RetainedRows"/>
    public static IServiceCollection AddRetained(
        this IServiceCollection services, string name, PersonalTitle title, int? defaultDays, string table, string key, string where, string? blank = null) =>
        services.AddSingleton<IRetained>(p => new RetainedRows(p.GetRequiredService<BooksStore>(), name, title, defaultDays, table, key, where, blank));
}
