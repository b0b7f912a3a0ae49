using System.Collections.Immutable;
using System.Text;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;

namespace Danke.App.Tests.Intake;

/// <summary>A command written as an event and read again is the same command.</summary>
public sealed class RoundTripTests
{
    private const long Now = 1_794_441_600_000;
    private static readonly string[] Pieces = ["a", "Z", "7", " ", "é", "面", "😀", "\"", "\\", "<b>", "';--", "{{x}}", "=1+1", "／", "ß"];
    private static readonly string[] CurrencyCodes = ["CNY", "USD", "JPY", "KWD"];

    [Fact]
    public void Any_command_comes_back_as_it_was()
    {
        var random = new Random(20261111);
        var reader = new EventJsonReader();
        for (var i = 0; i < 3_000; i++)
        {
            var command = Command(random, i);
            var json = EventJsonWriter.Encode(command);
            var reading = reader.Read(json, Now);

            reading.Problems.ShouldBeEmpty(Encoding.UTF8.GetString(json));
            // Arrays compare by reference: the text of the event is what is compared.
            Encoding.UTF8.GetString(EventJsonWriter.Encode(reading.Command!)).ShouldBe(Encoding.UTF8.GetString(json));
            reading.Command!.BodyHash.ShouldBe(EventHash.Of(command));
            reading.Command.Body.GetType().ShouldBe(command.Body.GetType());
        }
    }

    private static Command Command(Random random, int number) => new()
    {
        Source = "s" + number % 3,
        Id = Text(random, 20),
        AtMs = Now - random.NextInt64(1_000_000_000_000),
        Channel = "tmall",
        Shop = random.Next(2) == 0 ? "" : Place(random),
        Identifiers = [.. Enumerable.Range(0, random.Next(4)).Select(_ => new Identifier("phone", Place(random), Text(random, 20), random.Next(2) == 0))],
        Body = Body(random),
    };

    private static CommandBody Body(Random random) => random.Next(9) switch
    {
        0 => new OrderReported((OrderStep)random.Next(5), Text(random, 10), null),
        1 or 2 => new OrderReported((OrderStep)random.Next(5), Text(random, 10), Content(random)),
        3 => new RefundSucceeded(Text(random, 10), Maybe(random), CurrencyCodes[random.Next(4)], random.NextInt64(1_000_000), [.. Enumerable.Range(0, random.Next(3)).Select(_ => new RefundLine(Maybe(random), Maybe(random), Maybe(random), random.Next(5), random.Next(1000)))], Maybe(random)),
        4 => new MemberJoined("club", Maybe(random), Profile(random)),
        5 => new MemberUpdated(Profile(random)),
        6 => new InteractionHappened("page.view", Texts(random)),
        7 => new ConsentChanged((ContactChannel)random.Next(7), "marketing", Text(random, 12), random.Next(2) == 0, Maybe(random)),
        _ => new PointsAdjusted("", random.NextInt64(1, 1000) * (random.Next(2) == 0 ? 1 : -1), Text(random, 20), random.Next(2) == 0 ? null : Now + random.Next()),
    };

    private static OrderContent Content(Random random)
    {
        var adjustment = random.Next(4) == 0;
        var sign = adjustment && random.Next(2) == 0 ? -1 : 1;
        var lines = Enumerable.Range(0, random.Next(1, 12)).Select(i => new OrderLine($"L{i}", Text(random, 8), Maybe(random), Maybe(random), sign * random.Next(0, 9), sign * random.Next(0, 9999), sign * random.NextInt64(0, 99_999))).ToImmutableArray();
        var shipping = random.Next(2) * random.NextInt64(500);
        return new OrderContent
        {
            Currency = CurrencyCodes[random.Next(4)],
            Kind = adjustment ? OrderKind.Adjustment : OrderKind.Sale,
            Lines = lines,
            ShippingMinor = shipping,
            DiscountMinor = 0,
            TotalMinor = lines.Sum(l => l.AmountMinor) + shipping,
            Payments = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new Payment(Text(random, 6), random.Next(1000)))],
            Store = random.Next(2) == 0 ? null : "S" + Place(random),
            Origin = random.Next(2) == 0 ? null : "youzan:shop:E77",
            Version = random.Next(3),
        };
    }

    private static Profile Profile(Random random) => new()
    {
        Name = Maybe(random),
        Gender = random.Next(2) == 0 ? null : "f",
        Birthday = random.Next(2) == 0 ? null : "1990-05-17",
        City = Maybe(random),
        Language = random.Next(2) == 0 ? null : "zh-CN",
        Attributes = Texts(random),
    };

    private static ImmutableSortedDictionary<string, string> Texts(Random random) =>
        Enumerable.Range(0, random.Next(4)).ToImmutableSortedDictionary(i => $"k{i}", _ => Text(random, 30));

    private static string? Maybe(Random random) => random.Next(2) == 0 ? null : Text(random, 15);

    private static string Place(Random random) => Text(random, 5).Replace("/", "");

    private static string Text(Random random, int pieces) => "x" + string.Concat(Enumerable.Range(0, random.Next(Math.Min(pieces, 4))).Select(_ => Pieces[random.Next(Pieces.Length)]));
}
