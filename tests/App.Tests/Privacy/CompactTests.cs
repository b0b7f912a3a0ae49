using Danke.Platform.Books;
using Npgsql;

namespace Danke.App.Tests.Privacy;

public sealed class CompactTests
{
    [Fact]
    public async Task A_rewrite_waits_for_who_may_still_look_at_what_went()
    {
        var setting = await BooksFixture.NewSetting(Dialect.Postgres, BooksFixture.NewFolder());
        await using var books = BooksStore.FromSetting(setting);
        await books.Write(async t =>
        {
            await t.Execute("create table told (name text)");
            await t.Execute("insert into told select 'somebody' || i from generate_series(1, 1000) i");
        });
        await using var other = new NpgsqlConnection(PostgresBooks.FromUri(setting));
        await other.OpenAsync();
        var looking = await other.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await using (var look = new NpgsqlCommand("select count(*) from installation", other, looking)) await look.ExecuteScalarAsync();
        await books.Write(t => t.Execute("delete from told"));

        var rewriting = books.Compact(["told"], []);
        (await Task.WhenAny(rewriting, Task.Delay(500))).ShouldNotBe(rewriting);
        await looking.CommitAsync();
        await rewriting;

        (await books.Read("select pg_relation_size('told')", r => r.GetInt64(0)))[0].ShouldBe(0);
    }
}
