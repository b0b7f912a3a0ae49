using System.Globalization;
using System.IO.Compression;

namespace Danke.App.Tests.Reports;

/// <summary>
/// Online Retail in Insight as an import of it comes there: an invoice is an order, an invoice that begins with C a refund without its order, one
/// that begins with A or holds a negative quantity an adjustment; a line's amount is rounded half up to the penny. Persons are numbered
/// as the customers are.
/// </summary>
public sealed class RetailInsight(InsightChild child)
{
    public const string File = "retail/online_retail.csv.gz";
    private readonly SemaphoreSlim once = new(1, 1);
    private InsightDatabase? loaded;

    public async Task<InsightDatabase> Load()
    {
        await once.WaitAsync();
        try
        {
            return loaded ??= await Read(SharedData.Need(File));
        }
        finally
        {
            once.Release();
        }
    }

    private sealed record Line(string Sku, long Quantity, long AmountMinor);

    private sealed record Invoice(string Number, long Id, long Person, long AtMs, List<Line> Lines)
    {
        public bool IsRefund => Number[0] == 'C';
        public bool IsAdjustment => Number[0] == 'A' || Lines.Any(l => l.Quantity < 0);
    }

    private async Task<InsightDatabase> Read(string file)
    {
        var invoices = Invoices(file);
        var database = await child.NewDatabase();
        var orders = invoices.Where(i => !i.IsRefund).ToList();
        await database.Insert("orders", orders.Select(Order));
        foreach (var some in orders.Chunk(5_000)) await database.Insert("order_lines", some.SelectMany(Lines));
        await database.Insert("refunds", invoices.Where(i => i.IsRefund).Select(i =>
            new object?[] { i.Person, i.Id, 0, "site", "GBP", i.AtMs, -i.Lines.Sum(l => l.AmountMinor) }));
        await database.Insert("persons", invoices.Where(i => i.Person != 0).GroupBy(i => i.Person).Select(p =>
            new object?[] { p.Key, "", "", "", "", "site", p.Min(i => i.AtMs), p.Max(i => i.AtMs), new[] { "site" }, Array.Empty<string>(), 0, 1 }));
        return database;
    }

    private static object?[] Order(Invoice invoice)
    {
        var total = invoice.Lines.Sum(l => l.AmountMinor);
        var sale = !invoice.IsAdjustment;
        return
        [
            invoice.Person, invoice.Id, "site", "", "", sale ? "sale" : "adjustment", "completed", "GBP", invoice.AtMs, invoice.AtMs, invoice.AtMs, null, sale ? 1 : 0,
            total, 0, 0, total, 0, invoice.Lines.Sum(l => Math.Max(0, l.AmountMinor)),
        ];
    }

    private static IEnumerable<object?[]> Lines(Invoice invoice) => invoice.Lines.Select((line, i) => new object?[]
    {
        invoice.Person, invoice.Id, i + 1, invoice.AtMs, "site", invoice.IsAdjustment ? "adjustment" : "sale", invoice.IsAdjustment ? 0 : 1, line.Sku, "", line.Quantity, line.AmountMinor,
    });

    private static List<Invoice> Invoices(string file)
    {
        using var text = new StreamReader(new GZipStream(System.IO.File.OpenRead(file), CompressionMode.Decompress));
        var invoices = new Dictionary<string, Invoice>();
        text.ReadLine();
        while (text.ReadLine() is { } row)
        {
            var field = Fields(row);
            var number = field[0];
            if (!invoices.TryGetValue(number, out var invoice))
            {
                var at = DateTime.ParseExact(field[4], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
                var person = field[6] is { Length: > 0 } customer ? (long)decimal.Parse(customer, CultureInfo.InvariantCulture) : 0;
                invoices[number] = invoice = new Invoice(number, invoices.Count + 1, person, new DateTimeOffset(at).ToUnixTimeMilliseconds(), []);
            }
            var quantity = long.Parse(field[3], CultureInfo.InvariantCulture);
            var amount = quantity * decimal.Parse(field[5], CultureInfo.InvariantCulture) * 100;
            invoice.Lines.Add(new Line(field[1], quantity, (long)Math.Round(amount, MidpointRounding.AwayFromZero)));
        }
        return [.. invoices.Values];
    }

    // No field of this file spans lines.
    private static List<string> Fields(string row)
    {
        var fields = new List<string>();
        for (var at = 0; at <= row.Length;)
        {
            if (at < row.Length && row[at] == '"')
            {
                var end = at + 1;
                while (row[end] != '"' || (end + 1 < row.Length && row[end + 1] == '"')) end += row[end] == '"' ? 2 : 1;
                fields.Add(row[(at + 1)..end].Replace("\"\"", "\"", StringComparison.Ordinal));
                at = end + 2;
            }
            else
            {
                var comma = row.IndexOf(',', at);
                fields.Add(row[at..(comma < 0 ? row.Length : comma)]);
                at = comma < 0 ? row.Length + 1 : comma + 1;
            }
        }
        return fields;
    }
}
