using Danke.Platform.Modules;

namespace Danke.App.Hosting;

/// <summary>The rooms of the house, in the order in which their stages see a command.</summary>
internal static class ModuleList
{
    public static IReadOnlyList<DankeModule> All { get; } =
    [
        new Persons.PersonsModule(),
        new Orders.OrdersModule(),
        new Loyalty.LoyaltyModule(),
        new Offers.OffersModule(), // gives back what cancelled orders used
        new Journeys.JourneysModule(),
        new Touch.TouchModule(), // takes the messages that the stages before it want sent
        new Privacy.PrivacyModule(), // forgets persons when every stage before it has let go of them
        new Audiences.AudiencesModule(),
        new Intake.IntakeModule(),
        new Reports.ReportsModule(),
        new Demo.DemoModule(),
    ];
}
