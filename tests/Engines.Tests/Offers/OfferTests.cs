using System.Text.Json.Nodes;
using Danke.Engines.Offers;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Offers;

public sealed class OfferTests
{
    private static readonly Offer TwentyOff = new()
    {
        Name = "twenty",
        Title = "满 100 减 20",
        TitleEn = "20 off 100",
        Zone = "Asia/Shanghai",
        Currency = "CNY",
        Discount = new Discount(AmountMinor: 2_000),
    };

    private static long On(int month, int day, int hour = 0) => new LocalDateTime(2026, month, day, hour, 0).InZoneLeniently(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).ToInstant().ToUnixTimeMilliseconds();

    private static Basket Of(long minor, string currency = "CNY", bool guest = false, long? at = null) => new(minor, currency, guest, at ?? On(3, 10));

    private static Taken Decide(Offer offer, long basket, Held held = default, long personUses = 0) => Taking.Decide(offer, offer.Limits, held, personUses, null, Of(basket));

    [Theory]
    [InlineData(2_000L, null, null, 10_000, 2_000)]
    [InlineData(2_000L, null, null, 1_500, 1_500)] // never more than the basket
    [InlineData(2_000L, null, null, 0, 0)]
    [InlineData(null, 15, null, 10_000, 1_500)]
    [InlineData(null, 15, null, 99, 14)] // 14.85, rounded down
    [InlineData(null, 15, 1_000L, 10_000, 1_000)]
    [InlineData(null, 100, null, 10_000, 10_000)]
    [InlineData(null, 15, null, 1_000_000_000_000, 150_000_000_000)]
    public void A_discount_is_an_amount_or_a_percentage_of_the_basket(long? amount, int? percent, long? most, long basket, long expected) =>
        new Discount(amount, percent, most).Of(basket).ShouldBe(expected);

    [Theory]
    [InlineData(OverBudget.Refuse, 900, 150, null)]
    [InlineData(OverBudget.Partial, 900, 150, 100)]
    [InlineData(OverBudget.Refuse, 850, 150, 150)]
    [InlineData(OverBudget.Partial, 1_000, 150, null)] // of nothing nobody gets a part
    [InlineData(OverBudget.Partial, 1_100, 150, null)] // a budget that was lowered
    public void Of_a_budget_of_1000_a_use_gets_what_it_wants_what_is_left_or_nothing(OverBudget over, long spent, long wanted, int? given)
    {
        var offer = TwentyOff with { Discount = new Discount(AmountMinor: wanted), Limits = new OfferLimits(BudgetMinor: 1_000), OverBudget = over };

        var taken = Decide(offer, 10_000, new Held(3, spent));

        taken.ShouldBe(given is { } some ? new Taken.Granted(wanted, some, true) : new Taken.Refused(OfferRefusal.BudgetExceeded));
    }

    [Theory]
    [InlineData(9, 0, null)]
    [InlineData(10, 0, OfferRefusal.QuantityExceeded)]
    [InlineData(9, 2, OfferRefusal.PersonLimitExceeded)]
    [InlineData(10, 2, OfferRefusal.QuantityExceeded)] // the first in order of precedence
    public void Uses_are_limited_in_total_and_by_person(long uses, long ofPerson, OfferRefusal? refused)
    {
        var offer = TwentyOff with { Limits = new OfferLimits(Uses: 10, UsesPerPerson: 2) };

        (Decide(offer, 10_000, new Held(uses, 0), ofPerson) as Taken.Refused)?.Reason.ShouldBe(refused!.Value);
        (Decide(offer, 10_000, new Held(uses, 0), ofPerson) is Taken.Granted).ShouldBe(refused is null);
    }

    [Fact]
    public void A_use_that_discounts_nothing_counts_only_where_the_offer_says_so()
    {
        var offer = TwentyOff with { Limits = new OfferLimits(Uses: 1) };
        var full = new Held(1, 2_000);

        Decide(offer, 0, full).ShouldBe(new Taken.Granted(0, 0, Counts: false));
        Decide(offer with { ZeroEffect = ZeroEffect.Counted }, 0).ShouldBe(new Taken.Granted(0, 0, Counts: true));
        Decide(offer with { ZeroEffect = ZeroEffect.Counted }, 0, full).ShouldBe(new Taken.Refused(OfferRefusal.QuantityExceeded));
    }

    // Each row has everything against it that stands below it, so that the precedence is tested with the refusal.
    [Theory]
    [InlineData(OfferRefusal.PersonNeeded, true, CouponState.Used, 5, 1, "USD", 1)]
    [InlineData(OfferRefusal.CouponUsed, false, CouponState.Used, 5, 1, "USD", 1)]
    [InlineData(OfferRefusal.CouponLocked, false, CouponState.Locked, 5, 1, "USD", 1)]
    [InlineData(OfferRefusal.NotYetValid, false, CouponState.Issued, 1, 1, "USD", 1)]
    [InlineData(OfferRefusal.OfferEnded, false, CouponState.Issued, 7, 1, "USD", 1)]
    [InlineData(OfferRefusal.CouponExpired, false, CouponState.Issued, 5, 1, "USD", 1)]
    [InlineData(OfferRefusal.CurrencyDiffers, false, CouponState.Issued, 5, 9, "USD", 1)]
    [InlineData(OfferRefusal.MinimumNotReached, false, CouponState.Issued, 5, 9, "CNY", 1)]
    [InlineData(OfferRefusal.QuantityExceeded, false, CouponState.Issued, 5, 9, "CNY", 10_000)]
    public void Of_several_reasons_the_first_is_given(OfferRefusal expected, bool guest, CouponState coupon, int month, int couponEnds, string currency, long basket)
    {
        var offer = TwentyOff with
        {
            Code = new OfferCode(CodeKind.Personal),
            Validity = new OfferValidity("2026-03-01", "2026-06-30"),
            MinimumSpendMinor = 10_000,
            Limits = new OfferLimits(Uses: 0, UsesPerPerson: 0, BudgetMinor: 0),
        };

        Taking.Decide(offer, offer.Limits, default, 0, new CouponAtHand(coupon, On(couponEnds, 1)), Of(basket, currency, guest, On(month, 1))).ShouldBe(new Taken.Refused(expected));
    }

    [Fact]
    public void A_personal_offer_needs_a_coupon() =>
        Decide(TwentyOff with { Code = new OfferCode(CodeKind.Personal) }, 10_000).ShouldBe(new Taken.Refused(OfferRefusal.CouponNeeded));

    [Theory]
    [InlineData(null, 30, "2026-04-09")]
    [InlineData("2026-03-31", 30, "2026-03-31")]
    [InlineData("2026-12-31", 30, "2026-04-09")]
    [InlineData("2026-03-31", null, "2026-03-31")]
    [InlineData(null, 0, "2026-03-10")]
    [InlineData(null, null, null)]
    public void A_coupon_ends_after_its_own_days_or_with_the_offer(string? until, int? days, string? lastDay)
    {
        var ends = (TwentyOff with { Validity = new OfferValidity(null, until, days) }).CouponEndsAtMs(On(3, 10, 23));

        (ends is { } ms ? Instant.FromUnixTimeMilliseconds(ms - 1).InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date.ToString("uuuu-MM-dd", null) : null).ShouldBe(lastDay);
    }

    [Fact]
    public void Coupons_are_issued_up_to_their_number_until_the_offer_ends()
    {
        var offer = TwentyOff with { Code = new OfferCode(CodeKind.Personal), Limits = new OfferLimits(Coupons: 100), Validity = new OfferValidity(Until: "2026-03-31") };

        Taking.AgainstIssuing(offer, 99, false, On(3, 10)).ShouldBeNull();
        Taking.AgainstIssuing(offer, 100, false, On(3, 10)).ShouldBe(OfferRefusal.CouponsExhausted);
        Taking.AgainstIssuing(offer, 100, false, On(4, 1)).ShouldBe(OfferRefusal.OfferEnded);
        Taking.AgainstIssuing(offer, 0, true, On(3, 10)).ShouldBe(OfferRefusal.PersonNeeded);
        Taking.AgainstIssuing(TwentyOff, 0, true, On(3, 10)).ShouldBe(OfferRefusal.OfferNotPersonal);
    }

    [Fact]
    public void What_is_reverted_goes_back_to_the_budget_and_with_the_last_of_it_the_use_to_the_counts()
    {
        var held = new Held(0, 0);
        var use = new OfferUse(UseState.Used, 500, 100, 100, 0, true, null);
        held += use.Holds;

        var part = use.Revert(40);
        held += part.Holds - use.Holds;
        held += new OfferUse(UseState.Used, 500, 50, 50, 0, true, null).Holds;
        held.ShouldBe(new Held(2, 110)); // used 100, revert 40, register 50

        part.AgainstReverting(61).ShouldBe(OfferRefusal.RevertExceedsUse);
        var all = part.Revert(null);
        (all.State, all.Holds, all.AgainstReverting(null)).ShouldBe((UseState.Reverted, default(Held), OfferRefusal.UseNotRedeemed));
        held += all.Holds - part.Holds;
        held.ShouldBe(new Held(1, 50));
    }

    [Fact]
    public void A_lock_is_redeemed_in_time_or_not_at_all_and_a_redeemed_one_is_not_released()
    {
        var locked = new Taken.Granted(100, 100, true).Use(500, endsAtMs: 10);

        locked.AgainstRedeeming(9).ShouldBeNull();
        locked.AgainstRedeeming(10).ShouldBe(OfferRefusal.LockEnded);
        locked.Redeem().AgainstReleasing().ShouldBe(OfferRefusal.UsageCounted);
        locked.Redeem().AgainstRedeeming(9).ShouldBe(OfferRefusal.UsageCounted);
        locked.Release().AgainstRedeeming(9).ShouldBe(OfferRefusal.LockEnded);
        locked.Lapse().AgainstReleasing().ShouldBe(OfferRefusal.LockEnded);
        locked.AgainstReverting(null).ShouldBe(OfferRefusal.UseNotRedeemed);
    }

    private enum What { Take, Redeem, Release, Lapse, Revert }

    private static readonly Gen<(What What, int Place, long Amount, int Person)[]> SomeHistory = Gen.ArrayOf(
        from what in Gen.Frequency((4, Gen.Constant(What.Take)), (2, Gen.Constant(What.Redeem)), (1, Gen.Constant(What.Release)), (1, Gen.Constant(What.Lapse)), (2, Gen.Constant(What.Revert)))
        from place in Gen.Choose(0, 12)
        from amount in Gen.Choose(0, 900)
        from person in Gen.Choose(0, 2)
        select (what, place, (long)amount, person));

    [Fact]
    public void Whatever_happens_no_limit_is_passed_and_the_counters_are_the_sum_of_the_uses() =>
        Prop.ForAll(SomeHistory.ToArbitrary(), Arb.From(Gen.Elements(OverBudget.Refuse, OverBudget.Partial)), (history, over) =>
        {
            var offer = TwentyOff with { Discount = new Discount(Percent: 50, MostMinor: 300), Limits = new OfferLimits(5, 3, 700), OverBudget = over };
            var (held, uses) = (default(Held), new List<(OfferUse Use, int Person)>());
            foreach (var (what, place, amount, person) in history)
            {
                if (what == What.Take)
                {
                    var ofPerson = uses.Where(u => u.Person == person).Sum(u => u.Use.Holds.Uses);
                    if (Taking.Decide(offer, offer.Limits, held, ofPerson, null, Of(amount)) is not Taken.Granted granted) continue;
                    var use = granted.Use(amount, place % 2 == 0 ? null : 1_000);
                    uses.Add((use, person));
                    held += use.Holds;
                }
                else if (place < uses.Count)
                {
                    var (before, of) = uses[place];
                    var after = what switch
                    {
                        What.Redeem when before.AgainstRedeeming(500) is null => before.Redeem(),
                        What.Release when before.AgainstReleasing() is null => before.Release(),
                        What.Lapse when before.AgainstReleasing() is null => before.Lapse(),
                        What.Revert when before.AgainstReverting(amount) is null => before.Revert(amount),
                        _ => before,
                    };
                    held += after.Holds - before.Holds;
                    uses[place] = (after, of);
                }
                if (held.Uses is < 0 or > 5 || held.SpentMinor is < 0 or > 700) return false;
                if (uses.GroupBy(u => u.Person).Any(g => g.Sum(u => u.Use.Holds.Uses) > 3)) return false;
                if (held != uses.Aggregate(default(Held), (sum, u) => sum + u.Use.Holds)) return false;
            }
            return true;
        }).QuickCheckThrowOnFailure();

    private const string Smallest = """{"name":"a","title":"甲","title_en":"A","zone":"Asia/Shanghai","currency":"CNY","discount":{"amount_minor":2000}}""";

    [Fact]
    public void The_smallest_document_has_the_defaults()
    {
        var offer = OfferDocument.Read(JsonNode.Parse(Smallest)!, 3);

        (offer.Version, offer.OverBudget, offer.ZeroEffect, offer.LockDays, offer.Code.Kind).ShouldBe((3, OverBudget.Refuse, ZeroEffect.NotCounted, 7, CodeKind.None));
    }

    [Theory]
    [InlineData("name", "\"No\"", "$.name")]
    [InlineData("title", "\" \"", "$.title")]
    [InlineData("title_en", "\"\"", "$.title_en")]
    [InlineData("zone", "\"Mars\"", "$.zone")]
    [InlineData("currency", "\"yuan\"", "$.currency")]
    [InlineData("discount", "{}", "$.discount")]
    [InlineData("discount", "{\"amount_minor\":1,\"percent\":1}", "$.discount")]
    [InlineData("discount", "{\"amount_minor\":0}", "$.discount.amount_minor")]
    [InlineData("discount", "{\"percent\":101}", "$.discount.percent")]
    [InlineData("discount", "{\"amount_minor\":1,\"most_minor\":1}", "$.discount.most_minor")]
    [InlineData("minimum_spend_minor", "-1", "$.minimum_spend_minor")]
    [InlineData("validity", "{\"from\":\"2026-02-30\"}", "$.validity.from")]
    [InlineData("validity", "{\"from\":\"2026-02-02\",\"until\":\"2026-02-01\"}", "$.validity.until")]
    [InlineData("validity", "{\"days_after_issuing\":3}", "$.validity.days_after_issuing")]
    [InlineData("code", "{\"kind\":\"shared\"}", "$.code.code")]
    [InlineData("code", "{\"kind\":\"none\",\"code\":\"ABC\"}", "$.code.code")]
    [InlineData("code", "{\"kind\":\"shared\",\"code\":\"abc\"}", "$.code.code")]
    [InlineData("code", "{\"kind\":\"some\"}", "$.code.kind")]
    [InlineData("limits", "{\"uses\":-1}", "$.limits.uses")]
    [InlineData("limits", "{\"coupons\":1}", "$.limits.coupons")]
    [InlineData("lock_days", "0", "$.lock_days")]
    [InlineData("discounts", "1", "$.discounts")]
    public void What_is_wrong_with_a_document_is_said_with_its_place(string field, string value, string path)
    {
        var document = JsonNode.Parse(Smallest)!;
        document[field] = JsonNode.Parse(value);

        OfferDocument.TryRead(document, out _).Select(p => p.Path).ShouldContain(path);
    }
}
