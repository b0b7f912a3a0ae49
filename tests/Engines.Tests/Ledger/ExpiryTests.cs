using Danke.Engines.Ledger;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using NodaTime.Text;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Ledger;

public sealed class ExpiryTests
{
    // Spendable since, months, rounded up to → the instant from which the points are gone; in Shanghai (UTC+8) unless said otherwise.
    [Theory]
    [InlineData("2026-01-31T04:00:00Z", 1, RoundUp.None, "Asia/Shanghai", "2026-03-01T00:00")] // last day 28 February
    [InlineData("2028-01-31T04:00:00Z", 1, RoundUp.None, "Asia/Shanghai", "2028-03-01T00:00")] // last day 29 February
    [InlineData("2026-01-31T04:00:00Z", 0, RoundUp.None, "Asia/Shanghai", "2026-02-01T00:00")]
    [InlineData("2026-01-25T04:00:00Z", 1, RoundUp.Quarter, "Asia/Shanghai", "2026-04-01T00:00")]
    [InlineData("2026-01-25T04:00:00Z", 1, RoundUp.Month, "Asia/Shanghai", "2026-03-01T00:00")]
    [InlineData("2026-01-25T04:00:00Z", 12, RoundUp.Year, "Asia/Shanghai", "2028-01-01T00:00")]
    [InlineData("2026-03-31T15:59:59Z", 0, RoundUp.Month, "Asia/Shanghai", "2026-04-01T00:00")] // 23:59:59 on 31 March there
    [InlineData("2026-03-31T16:00:00Z", 0, RoundUp.Month, "Asia/Shanghai", "2026-05-01T00:00")] // already April there
    [InlineData("2026-03-15T04:00:00Z", 1, RoundUp.None, "Asia/Shanghai", "2026-04-16T00:00")] // validity counts from activation, 15 March
    [InlineData("2026-09-04T12:00:00Z", 0, RoundUp.None, "America/Santiago", "2026-09-05T00:00")]
    [InlineData("2026-09-05T12:00:00Z", 0, RoundUp.None, "America/Santiago", "2026-09-06T01:00")] // that night has no midnight
    public void Points_are_gone_at_the_start_of_the_day_after_the_last(string active, int months, RoundUp roundUp, string zone, string expected)
    {
        var gone = Expiry.Of(new Validity(months, roundUp), zone, InstantPattern.General.Parse(active).Value.ToUnixTimeMilliseconds());

        Instant.FromUnixTimeMilliseconds(gone!.Value).InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime.ToString("uuuu-MM-dd'T'HH:mm", null).ShouldBe(expected);
    }

    [Fact]
    public void Points_without_an_end_stay() => Expiry.Of(new Validity(null), "Asia/Shanghai", 0).ShouldBeNull();

    [Fact]
    public void Longer_validity_and_later_activation_never_end_sooner()
    {
        var cases = from minute in Gen.Choose(0, 30 * 365 * 24 * 60)
                    from later in Gen.Choose(0, 100_000)
                    from months in Gen.Choose(0, 60)
                    from more in Gen.Choose(0, 12)
                    from roundUp in Gen.Elements(Enum.GetValues<RoundUp>())
                    from zone in Gen.Elements("Asia/Shanghai", "America/New_York", "Pacific/Apia", "Europe/London")
                    select (at: 946_684_800_000 + minute * 60_000L, later, months, more, roundUp, zone);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var gone = Expiry.Of(new Validity(c.months, c.roundUp), c.zone, c.at)!.Value;
            return gone > c.at
                && Expiry.Of(new Validity(c.months + c.more, c.roundUp), c.zone, c.at) >= gone
                && Expiry.Of(new Validity(c.months, c.roundUp), c.zone, c.at + c.later * 60_000L) >= gone;
        }).QuickCheckThrowOnFailure();
    }
}
