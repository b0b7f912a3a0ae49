using Danke.Contracts.Persons;
using Danke.Offers.Auditing;
using Danke.Offers.Checkouts;
using Danke.Offers.Listing;
using Danke.Offers.Looking;
using Danke.Offers.Privacy;
using Danke.Offers.Scenarios;
using Danke.Offers.Taking;
using Danke.Platform.Books;
using Danke.Platform.Definitions;
using Danke.Platform.Door;
using Danke.Platform.Modules;
using Danke.Platform.Privacy;
using Danke.Platform.Scenarios;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Offers;

/// <summary>Discounts: who has which coupon, which checkout has what locked or used, and what is left of limits and budgets.</summary>
public sealed class OffersModule : DankeModule
{
    public override string Name => "offers";

    public override void AddServices(IServiceCollection services)
    {
        foreach (var check in OfferChecks.All) services.AddSingleton(check);
        services.AddSingleton<IDefinitionKind, OfferKind>();
        services.AddSingleton<ITimelineSource, CouponTimeline>();
        services.AddSingleton<ITimelineSource, OfferUseTimeline>();
        services.AddSingleton<IPersonHoldings>(provider => new RowHoldings(provider.GetRequiredService<BooksStore>(), HoldingMeasures.Coupons, "coupons"));
        services.AddSingleton<LockClock>();
        services.AddPersonalTables(OffersPersonalTables.All);
        services.AddScenarioWords(OfferScenarioWords.All);
        services.AddHostedService(provider => provider.GetRequiredService<LockClock>());
    }

    public override void MapEndpoints(IEndpointRouteBuilder v1)
    {
        OfferEndpoints.Map(v1);
        CheckoutEndpoints.Map(v1);
    }

    public override IStage CreateStage(IServiceProvider services) => new OffersStage();
}
