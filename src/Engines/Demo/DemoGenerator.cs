using System.Collections.Immutable;
using System.Globalization;
using Danke.Engines.Randomness;

namespace Danke.Engines.Demo;

/// <summary>
/// Plays a brand's life day by day and tells its events in the order in which they arrive - which is the order in which they
/// happened, but for the plan's disorder.
/// <para>
/// Memory holds one small entry for each thing that a customer will do next and the events of orders in flight; everything
/// else about a customer is computed again from seed and number (<see cref="Persona"/>). A day's events are told after the
/// next day was played, because some happen shortly before what causes them (a page is viewed, then something is bought).
/// </para>
/// </summary>
public sealed class DemoGenerator
{
    private const long Minute = 60_000;

    private static readonly string[] Gifts = ["晒单奖励", "客服补偿", "问卷奖励", "生日礼遇"];

    private readonly DemoPlan plan;
    private readonly SalesCalendar calendar;
    private readonly DemoPopulation population;
    private readonly EventCalendar events;
    private readonly OrderLife orders;
    private readonly List<Doing>?[] doings;

    private DemoGenerator(DemoPlan plan)
    {
        if (plan.Fault() is { } fault) throw new ArgumentException(fault, nameof(plan));
        this.plan = plan;
        calendar = new SalesCalendar(plan.From, plan.Until);
        population = new DemoPopulation(plan, calendar);
        events = new EventCalendar(plan, calendar);
        orders = new OrderLife(plan, calendar, events);
        doings = new List<Doing>?[calendar.Days];
    }

    /// <summary>The plan's events, made while they are read.</summary>
    /// <exception cref="ArgumentException">The plan has a <see cref="DemoPlan.Fault"/>.</exception>
    public static IEnumerable<DemoEvent> Generate(DemoPlan plan) => new DemoGenerator(plan).Play();

    private IEnumerable<DemoEvent> Play()
    {
        long nextMember = 0, nextBuyer = plan.Members;
        for (var day = 0; day < calendar.Days; day++)
        {
            nextMember = Arrive(nextMember, plan.Members, day);
            nextBuyer = Arrive(nextBuyer, population.Count, day);
            PlayDay(day);
            if (day == 0) continue;
            foreach (var told in events.Close(day - 1)) yield return told;
        }
        foreach (var told in events.Close(calendar.Days - 1)) yield return told;
    }

    /// <returns>The first number that has not arrived yet.</returns>
    private long Arrive(long next, long end, int day)
    {
        for (; next < end && population.ArrivalDay(next) <= day; next++) Arrive(population.Persona(next));
        return next;
    }

    private void Arrive(Persona persona)
    {
        var at = population.ArrivalMs(persona);
        var membership = new DemoMembership(plan, calendar, persona, at);
        if (persona.IsMember) Plan(new Doing(What.Join, persona.Number, membership.JoinsAtMs));
        if (persona.Entry == DemoEntry.JoinsOnly) return;

        if (persona.Entry == DemoEntry.JoinsThenBuys)
            at += (long)(RandomStream.Of(plan.Seed, DemoPurpose.NextVisit, (ulong)persona.Number).NextExponential(12) * SalesCalendar.DayMs);
        if (at < calendar.EndMs)
            Plan(new Doing(What.Visit, persona.Number, at, Channel: DemoChannel.All.IndexOf(persona.Channels[0]), SeasonalTime: calendar.SeasonalTimeAtMs(at)));
    }

    // Doing something may plan something else for the same day, so the list grows while it is worked off.
    private void PlayDay(int day)
    {
        var list = doings[day] ??= [];
        for (var i = 0; i < list.Count; i++) Do(list[i]);
        doings[day] = null;
    }

    private void Plan(Doing doing)
    {
        if (doing.AtMs < calendar.EndMs) (doings[calendar.DayOf(doing.AtMs)] ??= []).Add(doing);
    }

    private void Do(Doing doing)
    {
        var persona = population.Persona(doing.Person);
        var membership = new DemoMembership(plan, calendar, persona, population.ArrivalMs(persona));
        switch (doing.What)
        {
            case What.Visit: Visit(doing, persona, membership); break;
            case What.Join: Join(doing, persona, membership); break;
            case What.Browse: Browse(doing, persona); break;
            case What.CheckIn: CheckIn(doing, persona); break;
            case What.TellProfile: TellProfile(doing, persona); break;
            case What.Withdraw: Withdraw(doing, persona); break;
            case What.Follow: Follow(doing, persona); break;
            case What.TakeGift: TakeGift(doing, persona); break;
            case What.Leave: Leave(doing, persona); break;
            default: throw new InvalidOperationException($"Nobody knows how to do {doing.What}.");
        }
    }

    private void Visit(Doing visit, Persona persona, DemoMembership membership)
    {
        var random = RandomStream.Of(plan.Seed, DemoPurpose.Visit, (ulong)persona.Number, (ulong)visit.Count);
        var channel = DemoChannel.All[visit.Channel];
        var promotion = SalesCalendar.PromotionOn(calendar.DateOf(calendar.DayOf(visit.AtMs)));

        if (promotion is not null && membership.ReadsMessagesAt(visit.AtMs) && random.Chance(0.3))
            Interact(persona, visit.AtMs - random.NextBetween(2, 120) * Minute, "sms-gateway", "sms", "", [persona.PhoneIdentifier], "message.clicked", ("campaign", promotion));
        if (channel.ShowsViews) View(persona, channel, visit.AtMs, 1 + random.NextPoisson(1), random);

        var store = channel.IsStore ? persona.HomeStore : null;
        orders.Tell(new Sale(persona, channel, store, visit.AtMs, membership.IsMemberAt(visit.AtMs), promotion is not null, persona.MeanValueMinor), random);
        if (store is not null) LetGuestsBuy(store, visit.AtMs, promotion is not null, random);
        if (visit.Count == 0) PlanBrowsing(persona, visit.AtMs, random);
        PlanNextVisit(visit, persona, random);
    }

    // Two of seven receipts in a store are a stranger's.
    private void LetGuestsBuy(string store, long nearMs, bool onPromotion, RandomStream random)
    {
        for (var guests = random.NextPoisson(0.4); guests > 0; guests--)
        {
            var at = calendar.PickInstant(random, calendar.DayOf(nearMs), inStore: true);
            orders.Tell(new Sale(null, DemoChannel.Store, store, at, HasJoined: false, onPromotion, plan.Model.MeanValueMinor), random);
        }
    }

    private void PlanNextVisit(Doing visit, Persona persona, RandomStream random)
    {
        if (random.Chance(persona.DropOutChance)) return;
        var time = visit.SeasonalTime + random.NextExponential(1) / persona.RatePerDay;
        var day = calendar.DayAtSeasonalTime(time);
        if (day == calendar.Days) return;

        var channel = persona.PickChannel(random, SalesCalendar.PromotionOn(calendar.DateOf(day)) is not null);
        var at = calendar.PickInstant(random, day, channel.IsStore);
        if (at <= visit.AtMs + 10 * Minute) at = visit.AtMs + random.NextBetween(10, 90) * Minute;
        Plan(new Doing(What.Visit, persona.Number, at, visit.Count + 1, DemoChannel.All.IndexOf(channel), time));
    }

    private void Join(Doing join, Persona persona, DemoMembership membership)
    {
        var channel = persona.Channels[0];
        var profile = new DemoProfile { Name = persona.Name, Gender = persona.IsWoman ? "f" : "m", Birthday = channel.IsStore ? persona.Birthday : null };
        TellMember(persona, join.AtMs, $"join/{persona.Card}", persona.KnownAtJoining(channel), new DemoFact.Joined(persona.Card, profile));
        if (membership.KnowsPhone && (membership.GrantsSms || membership.RefusesSms))
            Consent(persona, join.AtMs + 1_000, "sms", persona.Phone, membership.GrantsSms, "enrolment form 2024-1");
        if (membership.GrantsEmail) Consent(persona, join.AtMs + 2_000, "email", persona.Email, granted: true, "enrolment form 2024-1");

        PlanLater(What.Leave, membership.LeavesAtMs);
        PlanLater(What.Withdraw, membership.WithdrawsAtMs);
        PlanLater(What.TellProfile, membership.TellsProfileAtMs);
        PlanLater(What.Follow, membership.FollowsAtMs);
        PlanLater(What.CheckIn, membership.ChecksInAtMs);
        PlanLater(What.TakeGift, membership.GiftAtMs);
        if (persona.Entry == DemoEntry.JoinsOnly) PlanBrowsing(persona, join.AtMs, RandomStream.Of(plan.Seed, DemoPurpose.Browsing, (ulong)persona.Number, ulong.MaxValue));

        void PlanLater(What what, long atMs) => Plan(new Doing(what, persona.Number, atMs));
    }

    private void PlanBrowsing(Persona persona, long afterMs, RandomStream random)
    {
        if (persona.ViewingChannel is null || !random.Chance(0.6)) return;
        Plan(new Doing(What.Browse, persona.Number, afterMs + (long)(random.NextExponential(18) * SalesCalendar.DayMs)));
    }

    private void Browse(Doing browse, Persona persona)
    {
        var random = RandomStream.Of(plan.Seed, DemoPurpose.Browsing, (ulong)persona.Number, (ulong)browse.Count);
        View(persona, persona.ViewingChannel!, browse.AtMs, (int)random.NextBetween(1, 3), random);
        if (random.Chance(0.6))
            Plan(browse with { AtMs = browse.AtMs + (long)((1 + random.NextExponential(22)) * SalesCalendar.DayMs), Count = browse.Count + 1 });
    }

    private void View(Persona persona, DemoChannel channel, long beforeMs, int pages, RandomStream random)
    {
        for (; pages > 0; pages--)
        {
            var article = DemoCatalogue.Instance.Pick(random, (long)persona.MeanValueMinor / 2);
            Interact(persona, beforeMs - random.NextBetween(30_000, 30 * Minute), channel.Source, channel.Code, channel.Shop,
                persona.KnownLaterOn(channel, withCard: false), "page.view", ("page", "/goods/" + article.Sku), ("category", article.Category));
        }
    }

    private void CheckIn(Doing checkIn, Persona persona)
    {
        var random = RandomStream.Of(plan.Seed, DemoPurpose.CheckIn, (ulong)persona.Number, (ulong)checkIn.Count);
        var channel = persona.ViewingChannel!;
        Interact(persona, checkIn.AtMs, channel.Source, channel.Code, channel.Shop, persona.KnownLaterOn(channel, withCard: false),
            "member.checked_in", ("count", (checkIn.Count + 1).ToString(CultureInfo.InvariantCulture)));
        if (!random.Chance(0.9)) return;
        var day = calendar.DayOf(checkIn.AtMs) + (int)random.NextBetween(1, 4);
        if (day < calendar.Days) Plan(checkIn with { AtMs = calendar.PickInstant(random, day, inStore: false), Count = checkIn.Count + 1 });
    }

    private void TellProfile(Doing telling, Persona persona)
    {
        var profile = new DemoProfile
        {
            Name = persona.Name,
            Gender = persona.IsWoman ? "f" : "m",
            Birthday = persona.Birthday,
            Province = persona.Place.Province,
            City = persona.Place.City,
            SkinType = persona.SkinType,
        };
        TellMember(persona, telling.AtMs, $"profile/{persona.Card}", [persona.CardIdentifier], new DemoFact.ProfileTold(profile));
    }

    private void Withdraw(Doing withdrawal, Persona persona) =>
        Consent(persona, withdrawal.AtMs, "sms", persona.Phone, granted: false, "replied TD");

    private void Follow(Doing follow, Persona persona) =>
        Interact(persona, follow.AtMs, "wecom", "wecom", "", [persona.WecomId, persona.UnionId], "wecom.followed", ("staff", $"A{persona.Number % 40 + 1:000}"));

    // One gift in seven is a slip of the hand, and taken back within two days.
    private void TakeGift(Doing gift, Persona persona)
    {
        var random = RandomStream.Of(plan.Seed, DemoPurpose.Membership, (ulong)persona.Number, 1);
        var points = random.NextBetween(1, 6) * 50;
        Adjust(gift.AtMs, "gift", points, Gifts[random.NextBelow(Gifts.Length)]);
        if (random.Chance(1 / 7.0)) Adjust(gift.AtMs + random.NextBetween(60, 2 * 1440) * Minute, "gift-taken-back", -points, "误发冲回");

        void Adjust(long atMs, string id, long by, string reason) =>
            events.Add(persona.Number, atMs, "crm", $"{id}/{persona.Card}", persona.Channels[0].Code, "", [persona.CardIdentifier], new DemoFact.PointsAdjusted(by, reason));
    }

    private void Leave(Doing leave, Persona persona) =>
        TellMember(persona, leave.AtMs, $"leave/{persona.Card}", [persona.CardIdentifier], new DemoFact.Left("本人注销"));

    private void Consent(Persona persona, long atMs, string via, string point, bool granted, string evidence)
    {
        var how = granted ? "granted" : "refused";
        TellMember(persona, atMs, $"consent-{via}-{how}-{calendar.DayOf(atMs)}/{persona.Card}", [persona.CardIdentifier], new DemoFact.Consented(via, point, granted, evidence));
    }

    private void TellMember(Persona persona, long atMs, string id, ImmutableArray<DemoIdentifier> known, DemoFact fact)
    {
        var channel = persona.Channels[0];
        events.Add(persona.Number, atMs, channel.Source, id, channel.Code, channel.IsStore ? persona.HomeStore! : channel.Shop, known, fact);
    }

    private void Interact(Persona persona, long atMs, string source, string channel, string shop, ImmutableArray<DemoIdentifier> known, string kind, params ReadOnlySpan<(string Name, string Value)> properties)
    {
        var map = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in properties) map[name] = value;
        events.Add(persona.Number, Math.Max(calendar.StartMs, atMs), source, $"i{events.NextNumber()}", channel, shop, known, new DemoFact.Interacted(kind, map.ToImmutable()));
    }

    private enum What : byte { Join, Visit, Browse, CheckIn, TellProfile, Withdraw, Follow, TakeGift, Leave }

    /// <summary>What a customer will do at an instant.</summary>
    /// <param name="Count">How often the person has done it before.</param>
    /// <param name="Channel">For visits: the index of the channel.</param>
    /// <param name="SeasonalTime">For visits: when in seasonal time, from which the next one is counted.</param>
    private readonly record struct Doing(What What, long Person, long AtMs, int Count = 0, int Channel = 0, double SeasonalTime = 0);
}
