using System.Collections.Immutable;
using System.Globalization;
using Danke.Engines.Randomness;

namespace Danke.Engines.Demo;

/// <summary>How a person comes to the program.</summary>
public enum DemoEntry
{
    /// <summary>Joins with the first purchase.</summary>
    JoinsBuying,

    /// <summary>Buys first and joins some weeks later.</summary>
    BuysThenJoins,

    /// <summary>Joins first and buys some days later.</summary>
    JoinsThenBuys,

    /// <summary>Joins, looks around and never buys.</summary>
    JoinsOnly,

    /// <summary>Buys and never joins.</summary>
    BuysOnly,
}

/// <summary>
/// One customer of the demo brand: everything about the person that does not change, computed from seed and number alone,
/// so that nobody needs to be kept in memory between two visits.
/// <para>
/// Phone numbers are <c>127</c> and eight digits: they look like a mobile number (11 digits from 1) and can be nobody's.
/// Mobile numbers in China start with 13 to 19; numbers starting with 12 are short public services of a few digits, and no
/// area code starts with 12 (10 does: Beijing). E-mail addresses are at example.com and example.net, reserved by RFC 2606.
/// </para>
/// </summary>
public sealed class Persona
{
    private static readonly string[] SkinTypes = ["干性", "油性", "混合性", "敏感性"];
    private static readonly WeightedTable ChannelCounts = new([48, 34, 13, 5]);
    private static readonly ImmutableArray<WeightedTable> ChannelOrder = [.. Enumerable.Range(1, DemoChannel.All.Length).Select(Habit)];
    private static readonly WeightedTable Entries = new([68, 14, 9, 9]);

    // Joining the program on a platform passes the phone on, unless the member says no.
    private const double MemberTellsPhone = 0.85;

    private readonly ulong seed;

    public Persona(DemoPlan plan, long number, bool isMember)
    {
        seed = plan.Seed;
        Number = number;
        var random = RandomStream.Of(seed, DemoPurpose.Persona, (ulong)number);
        Entry = isMember ? (DemoEntry)Entries.Pick(random) : DemoEntry.BuysOnly;

        Household = isMember ? HeadOfHousehold(seed, number, plan.Members) : number;
        var home = RandomStream.Of(seed, DemoPurpose.Household, (ulong)Household);
        (var surname, Pinyin) = DemoNames.PickSurname(home);
        Place = DemoPlaces.Pick(home);

        IsWoman = random.Chance(0.78);
        Name = surname + DemoNames.PickGivenName(random, IsWoman);
        Birthday = PickBirthday(plan, random);
        SkinType = SkinTypes[random.NextBelow(SkinTypes.Length)];
        HasEmail = random.Chance(0.25);
        Channels = PickChannels(random);
        TellsPhone = [.. Channels.Select((c, i) => random.Chance(i == 0 && isMember ? Math.Max(c.TellsPhone, MemberTellsPhone) : c.TellsPhone))];
        HasUnionId = random.Chance(0.7);
        HomeStore = Place.Stores.IsEmpty ? null : Place.Stores[(int)random.NextBelow(Place.Stores.Length)];
        StoreHabit = random.NextUnit();

        RatePerDay = random.NextGamma(plan.Model.RateShape, 1 / plan.Model.RateAlphaDays);
        DropOutChance = plan.Model.DropsOut ? random.NextBeta(plan.Model.DropOutA, plan.Model.DropOutB) : 0;
        MeanValueMinor = PickMeanValue(plan.Model, random);
    }

    /// <summary>Counted from 0; members first, then those who never join.</summary>
    public long Number { get; }
    public DemoEntry Entry { get; }
    public bool IsMember => Entry != DemoEntry.BuysOnly;

    /// <summary>The number of the person whose phone this one uses: mostly the person's own.</summary>
    public long Household { get; }
    public DemoPlace Place { get; }
    public bool IsWoman { get; }
    public string Name { get; }
    private string Pinyin { get; }

    /// <summary>ISO date.</summary>
    public string Birthday { get; }
    public string SkinType { get; }
    public bool HasEmail { get; }

    /// <summary>Where the person buys; the first one is where the person came from.</summary>
    public ImmutableArray<DemoChannel> Channels { get; }

    /// <summary>For each of <see cref="Channels"/>: the channel passes the phone number on.</summary>
    public ImmutableArray<bool> TellsPhone { get; }
    private bool HasUnionId { get; }
    public string? HomeStore { get; }

    /// <summary>Uniform in [0, 1): how the person identifies at the till.</summary>
    private double StoreHabit { get; }

    /// <summary>Purchases a day of seasonal time, after the first.</summary>
    public double RatePerDay { get; }

    /// <summary>Chance of not coming back after a purchase.</summary>
    public double DropOutChance { get; }

    /// <summary>The person's own mean order value at list prices, fen.</summary>
    public double MeanValueMinor { get; }

    /// <summary>The member's card number.</summary>
    public string Card => $"8{Number + 100_000_000:000000000}";

    // 61,803,399 has no factor in common with 10^8, so different households have different numbers.
    public string Phone => $"127{(Household * 61_803_399 + (long)(seed % 100_000_000)) % 100_000_000:00000000}";
    public string Email => $"{Pinyin}{Number + 1000}@{(Number % 3 == 0 ? "example.net" : "example.com")}";

    /// <summary>Where the person is known on the brand's own pages, when anywhere.</summary>
    public DemoChannel? ViewingChannel => Channels.FirstOrDefault(c => c.ShowsViews);

    /// <summary>Follows the brand's advisers on WeCom when asked: such persons are known by their WeChat union id.</summary>
    public bool IsOnWechat => Channels.Contains(DemoChannel.Wechat) && HasUnionId;

    public bool PhoneKnownOn(DemoChannel channel) => TellsPhone[Channels.IndexOf(channel)];

    /// <summary>What a channel says with an order or a sign-in.</summary>
    /// <param name="withCard">The person has joined, and may show the card at a till.</param>
    public ImmutableArray<DemoIdentifier> KnownOn(DemoChannel channel, bool withCard)
    {
        if (channel.IsStore) return KnownInStore(withCard);
        var known = ImmutableArray.CreateBuilder<DemoIdentifier>(3);
        known.Add(OwnIdentifier(channel));
        if (channel == DemoChannel.Wechat && HasUnionId) known.Add(UnionId);
        if (PhoneKnownOn(channel)) known.Add(PhoneIdentifier);
        return known.ToImmutable();
    }

    /// <summary>What a channel says with a later step of an order: its own identifier, or what was shown at the till.</summary>
    public ImmutableArray<DemoIdentifier> KnownLaterOn(DemoChannel channel, bool withCard) =>
        channel.IsStore ? KnownInStore(withCard) : [OwnIdentifier(channel)];

    /// <summary>What a channel says when the person joins by it.</summary>
    public ImmutableArray<DemoIdentifier> KnownAtJoining(DemoChannel channel)
    {
        var known = KnownOn(channel, withCard: true).ToBuilder();
        if (!known.Contains(CardIdentifier)) known.Add(CardIdentifier);
        if (channel.IsStore && !known.Contains(PhoneIdentifier)) known.Add(PhoneIdentifier);
        if (HasEmail) known.Add(new DemoIdentifier("email", "", Email));
        return known.ToImmutable();
    }

    public DemoIdentifier CardIdentifier => new("member", "", Card, Verified: true);
    public DemoIdentifier PhoneIdentifier => new("phone", "", Phone);
    public DemoIdentifier UnionId => new("wechat_unionid", "jitai", "oU" + Token(DemoPurpose.UnionId, 26), Verified: true);
    public DemoIdentifier WecomId => new("wecom_external_userid", "jitai", "wm" + Token(DemoPurpose.WecomId, 30), Verified: true);

    private ImmutableArray<DemoIdentifier> KnownInStore(bool withCard) => StoreHabit switch
    {
        < 0.3 when withCard => [CardIdentifier],
        < 0.9 => [PhoneIdentifier],
        _ => [OwnIdentifier(DemoChannel.Store), PhoneIdentifier],
    };

    private DemoIdentifier OwnIdentifier(DemoChannel channel)
    {
        var purpose = DemoPurpose.ChannelId + (ulong)DemoChannel.All.IndexOf(channel);
        var (scope, value) = channel.Code switch
        {
            "tmall" => ("flagship", "AAH" + Token(purpose, 21)),
            "jd" => ("pop", "jd_" + Token(purpose, 13)),
            "douyin" => ("official", "_000" + Token(purpose, 32)),
            "youzan" => ("mall", $"{SplitMix64.Hash(SplitMix64.Hash(seed, purpose), (ulong)Number):00000000000000000000}"),
            "wechat" => ("mini", "o" + Token(purpose, 27)),
            _ => ("pos", $"P{Number + 1:000000000}"),
        };
        return new DemoIdentifier(channel.Namespace, scope, value, Verified: true);
    }

    // The first eleven characters hold all 64 bits of a hash that is different for every number.
    private string Token(ulong purpose, int length)
    {
        const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        var state = SplitMix64.Hash(seed, purpose);
        var hash = SplitMix64.Hash(state, (ulong)Number);
        return string.Create(length, hash, static (span, seed) =>
        {
            var bits = seed;
            var used = 0;
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = Digits[(int)(bits % 62)];
                bits /= 62;
                if (++used < 11) continue;
                bits = SplitMix64.Next(ref seed);
                used = 0;
            }
        });
    }

    // Of every 120 members, one family of two or three shares a phone: about 2 % of all.
    private static long HeadOfHousehold(ulong seed, long number, long members)
    {
        const int Block = 120;
        var start = number / Block * Block;
        var bits = SplitMix64.Hash(SplitMix64.Hash(seed, DemoPurpose.Household), (ulong)start);
        var head = start + (long)(bits % 40);
        var isIn = number == head + 37 || (number == head + 71 && (bits >> 32) % 2 == 0);
        return isIn && number < members ? head : number;
    }

    private static string PickBirthday(DemoPlan plan, RandomStream random)
    {
        var age = Math.Clamp(29 + (int)(8 * random.NextNormal()), 16, 75);
        return plan.From.PlusYears(-age).PlusDays(-(int)random.NextBelow(365)).ToString("uuuu'-'MM'-'dd", CultureInfo.InvariantCulture);
    }

    private ImmutableArray<DemoChannel> PickChannels(RandomStream random)
    {
        var open = DemoChannel.All.Where(c => !c.IsStore || !Place.Stores.IsEmpty).ToList();
        var chosen = ImmutableArray.CreateBuilder<DemoChannel>();
        for (var wanted = ChannelCounts.Pick(random) + 1; wanted > 0; wanted--)
        {
            var next = open[new WeightedTable(open.Select(c => (long)c.Weight)).Pick(random)];
            open.Remove(next);
            chosen.Add(next);
        }
        return chosen.ToImmutable();
    }

    /// <summary>The channel of a visit that is not the first: people have habits, and on sales days they shop online.</summary>
    public DemoChannel PickChannel(RandomStream random, bool onPromotion)
    {
        var channel = Channels[ChannelOrder[Channels.Length - 1].Pick(random)];
        return onPromotion && channel.IsStore && Channels.Length > 1 && random.Chance(0.7) ? Channels.First(c => !c.IsStore) : channel;
    }

    private static WeightedTable Habit(int channels) => new(Enumerable.Range(0, channels).Select(i => i == 0 ? 5L : 3L));

    // Gamma-gamma: the scale of a person's order values is inverse-gamma, with a mean over persons as the model says.
    private static double PickMeanValue(DemoModel model, RandomStream random) =>
        model.MeanValueMinor * (model.ValueSpread - 1) / random.NextGamma(model.ValueSpread, 1);
}
