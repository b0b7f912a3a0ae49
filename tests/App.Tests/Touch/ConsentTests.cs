using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Journeys;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Touch;

public sealed class ConsentTests
{
    // Of the point itself: said (y, n, nothing) at, of all of the kind: said at → allowed.
    [Theory]
    [InlineData(null, 0, null, 0, false)]
    [InlineData(null, 0, true, 1, true)]
    [InlineData(null, 0, false, 1, false)]
    [InlineData(true, 1, null, 0, true)]
    [InlineData(false, 1, null, 0, false)]
    [InlineData(true, 1, false, 2, false)] // all was forbidden since
    [InlineData(true, 2, false, 2, false)] // at once: no
    [InlineData(true, 3, false, 2, true)]  // the point was allowed since
    [InlineData(false, 1, true, 2, false)] // a general yes does not lift it
    [InlineData(false, 3, true, 2, false)]
    [InlineData(true, 1, true, 2, true)]
    public void A_point_may_be_used(bool? own, long ownAt, bool? general, long generalAt, bool allowed)
    {
        var said = new List<ConsentStatement> { new("email", "marketing", 7, true, 9), new("sms", "service", 7, true, 9), new("sms", "marketing", 8, true, 9) };
        if (own is { } point) said.Add(new("sms", "marketing", 7, point, ownAt));
        if (general is { } all) said.Add(new("sms", "marketing", 0, all, generalAt));

        new ContactSheet([], [.. said]).Allows(ContactChannel.Sms, "marketing", 7).ShouldBe(allowed);
    }

    [Theory, OnBothBooks]
    public async Task The_verified_and_then_the_newest_allowed_contact_point_is_used(Dialect dialect)
    {
        foreach (var (forbidden, expected) in new[] { ("", "13800000002"), ("13800000002", "13800000003"), ("13800000003", "13800000002") })
        {
            await using var journey = await JourneyHarness.New(dialect);
            var card = new Identifier("member", "", "c1", true);
            await journey.Door.Apply(
                Event("j", 0, Join("c1"), card, Phone("13800000001")), Event("v", 0.01, new MemberUpdated(Profile.Empty), card, new Identifier("phone", "", "13800000002", Verified: true)),
                Event("n", 0.05, new MemberUpdated(Profile.Empty), card, Phone("13800000003")), Event("y", 0, new ConsentChanged(ContactChannel.Sms, "marketing", "", true, null), card));
            if (forbidden.Length > 0) await journey.Door.Apply(Event("no", 0.06, new ConsentChanged(ContactChannel.Sms, "marketing", forbidden, false, null), card));

            await journey.Tick(2);
            await journey.NewSender().Sweep(CancellationToken.None);

            journey.OutboxLines().Single().ShouldContain($"\"to\":\"{expected}\"");
        }
    }
}
