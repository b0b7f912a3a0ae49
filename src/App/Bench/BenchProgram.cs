using Danke.Platform.Books;

namespace Danke.App.Bench;

/// <summary>The loyalty program that benchmarks run with: points, growth and three tiers are on.</summary>
internal static class BenchProgram
{
    private const string Body = """
        {"name":"default","title":"Bench","zone":"Asia/Shanghai","currency":"CNY","earn":{"rate":{"points":1,"each_minor":100}},
         "validity":{"months":12,"round_up":"month"},"growth":{"points":1,"each_minor":100},
         "tiers":[{"name":"silver","title":"Silver","from":0,"earn_percent":100},{"name":"gold","title":"Gold","from":2000,"earn_percent":120},{"name":"black","title":"Black","from":10000,"earn_percent":150}]}
        """;

    public static Task Publish(BooksStore books) => books.Write(transaction => transaction.Execute("""
        insert into definitions (kind, name, version, state, title, body, created_at_ms, created_by)
        values ('program', 'default', 1, 'live', 'Bench', @body, 0, 'bench') on conflict do nothing
        """, ("body", Body)));
}
