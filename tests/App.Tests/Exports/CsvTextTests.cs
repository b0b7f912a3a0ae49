using System.Text;
using Danke.App.Tests.Fixtures;
using Danke.Platform.Exports;
using NodaTime;

namespace Danke.App.Tests.Exports;

public sealed class CsvTextTests
{
    private static readonly DateTimeZone Shanghai = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+cmd|' /C calc'!A0")]
    [InlineData("-2+3")]
    [InlineData("-")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    [InlineData("\rx")]
    [InlineData("\nx")]
    [InlineData("＝1+1")]
    [InlineData("＋1+1")]
    [InlineData("－1+1")]
    [InlineData("＠x")]
    [InlineData("  =1+1")]
    [InlineData("\u200B=1+1")]
    [InlineData("\uFEFF=1+1")]
    [InlineData("\u3000＝1")]
    [InlineData("+8613800138000 call me")]
    [InlineData("-1e5")]
    [InlineData("+1\n")]
    public void What_a_spreadsheet_would_compute_gets_an_apostrophe(string text) => CsvText.Harmless(text).ShouldBe("'" + text);

    [Theory]
    [InlineData("")]
    [InlineData("张小满")]
    [InlineData("-12")]
    [InlineData("+8613800138000")]
    [InlineData("-12.50")]
    [InlineData("1-2")]
    [InlineData("a=b")]
    [InlineData("'=1")]
    public void Everything_else_stays_as_it_is(string text) => CsvText.Harmless(text).ShouldBe(text);

    [Fact]
    public void A_row_is_read_back_as_it_was()
    {
        string[] cells = ["plain", "a,b", "say \"so\"", "two\r\nlines", " around ", "a;b", "tab\tin"];
        var text = new StringBuilder();

        CsvText.AppendRow(text, cells, Shanghai);

        Csv.Rows(text.ToString()).ShouldBe([[.. cells]]);
    }

    [Theory]
    [InlineData(1230, "CNY", "12.30")]
    [InlineData(-5, "CNY", "-0.05")]
    [InlineData(0, "CNY", "0.00")]
    [InlineData(1230, "JPY", "1230")]
    [InlineData(-1230, "KWD", "-1.230")]
    [InlineData(long.MinValue, "CNY", "-92233720368547758.08")]
    public void An_amount_has_the_digits_of_its_currency(long minor, string currency, string expected)
    {
        var text = new StringBuilder();
        CsvText.AppendRow(text, [new CsvMoney(minor, currency)], Shanghai);
        text.ToString().ShouldBe(expected + "\r\n");
    }

    [Fact]
    public void Instants_are_on_the_brands_clock()
    {
        var text = new StringBuilder();
        CsvText.AppendRow(text, [new DateTimeOffset(2026, 11, 10, 16, 0, 5, TimeSpan.Zero), null], Shanghai);
        text.ToString().ShouldBe("2026-11-11 00:00:05,\r\n");
    }

    [Fact]
    public async Task A_page_is_out_before_the_next_is_asked_for()
    {
        var table = new CsvTable<long>("numbers", new CsvColumn<long>("number", "数", "Number", n => n));
        using var sent = new MemoryStream();
        var wrote = new List<long>();

        await using var pages = Pages().GetAsyncEnumerator();
        await table.Write(sent, CsvLanguage.Zh, Shanghai, pages, await pages.MoveNextAsync(), wrote.Add, CancellationToken.None);

        wrote.ShouldBe([2, 3, 3]);
        Encoding.UTF8.GetString(sent.ToArray()).ShouldBe("\uFEFF数\r\n1\r\n2\r\n3\r\n");

        async IAsyncEnumerable<IReadOnlyList<long>> Pages()
        {
            yield return [1, 2];
            await Task.Yield();
            Encoding.UTF8.GetString(sent.ToArray()).ShouldBe("\uFEFF数\r\n1\r\n2\r\n");
            yield return [3];
        }
    }
}
