using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Danke.Platform.Books;
using Danke.Platform.Settings;
using Npgsql;

namespace Danke.App.Bench;

/// <summary>
/// What redeeming would cost somebody who writes the SQL by hand, measured by PostgreSQL's own <c>pgbench</c>: a transaction locks the
/// account, checks it, inserts an entry, takes from the lot and from the balance, and commits. No retries are recognised, nothing is told to anybody.
/// </summary>
internal sealed partial class PgBench(NpgsqlConnectionStringBuilder where)
{
    private const string Script = """
        \set account random(1, :members)
        begin;
        select balance from redeem_limit.accounts where account = :account for update;
        insert into redeem_limit.entries (account, points, at) values (:account, -10, now());
        update redeem_limit.lots set remaining = remaining - 10 where account = :account and lot = 1 and remaining >= 10;
        update redeem_limit.accounts set balance = balance - 10 where account = :account and balance >= 10;
        commit;
        """;

    /// <summary>Null on SQLite, where nobody has 64 writers.</summary>
    /// <exception cref="InvalidOperationException">There is no <c>pgbench</c>.</exception>
    public static PgBench? For(DankeSettings settings, Dialect dialect)
    {
        if (dialect != Dialect.Postgres) return null;
        try
        {
            using var asked = Process.Start(new ProcessStartInfo("pgbench", "--version") { RedirectStandardOutput = true })!;
            asked.WaitForExit();
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException("pgbench is not on the PATH. It comes with PostgreSQL's server package; add the folder that pg_config --bindir prints.");
        }
        return new PgBench(new NpgsqlConnectionStringBuilder(PostgresBooks.FromUri(settings.Books)));
    }

    /// <summary>Transactions a second.</summary>
    public async Task<double> Measure(BooksStore books, int members, int connections, int transactions, CancellationToken cancel)
    {
        await books.Write(t => t.Execute($"""
            drop schema if exists redeem_limit cascade;
            create schema redeem_limit;
            create table redeem_limit.accounts (account bigint primary key, balance bigint not null);
            create table redeem_limit.lots (account bigint not null, lot bigint not null, remaining bigint not null, primary key (account, lot));
            create table redeem_limit.entries (entry bigint generated always as identity primary key, account bigint not null, points bigint not null, at timestamptz not null);
            create index on redeem_limit.entries (account);
            insert into redeem_limit.accounts select i, 3000000 from generate_series(1, {members}) i;
            insert into redeem_limit.lots select i, l, 1000000 from generate_series(1, {members}) i, generate_series(1, 3) l;
            """), cancel);
        await Run(members, connections, transactions / 10, cancel);
        var rate = await Run(members, connections, transactions, cancel);
        await books.Write(t => t.Execute("drop schema redeem_limit cascade"), cancel);
        return rate;
    }

    private async Task<double> Run(int members, int connections, int transactions, CancellationToken cancel)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, Script, cancel);
            var start = new ProcessStartInfo("pgbench",
                ["--no-vacuum", "--protocol=prepared", "--jobs=2", $"--client={connections}", $"--transactions={Math.Max(1, transactions / connections)}",
                    $"--define=members={members.ToString(CultureInfo.InvariantCulture)}", $"--file={script}", $"--host={where.Host}", $"--port={where.Port}", $"--username={where.Username}", where.Database!])
            { RedirectStandardOutput = true, RedirectStandardError = true };
            if (where.Password is { } password) start.Environment["PGPASSWORD"] = password;
            using var process = Process.Start(start)!;
            var problems = process.StandardError.ReadToEndAsync(cancel);
            var said = await process.StandardOutput.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            return Rate().Match(said) is { Success: true } rate ? double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture)
                : throw new InvalidOperationException($"pgbench: {said} {await problems}");
        }
        finally
        {
            File.Delete(script);
        }
    }

    [GeneratedRegex(@"^tps = ([0-9.]+)", RegexOptions.Multiline)]
    private static partial Regex Rate();
}
