using Danke.Contracts.Orders;
using Danke.Contracts.Persons;
using Danke.Orders.Auditing;
using Danke.Orders.Buyers;
using Danke.Orders.Duplicates;
using Danke.Orders.Listing;
using Danke.Orders.Looking;
using Danke.Orders.Privacy;
using Danke.Orders.Reading;
using Danke.Orders.Reporting;
using Danke.Orders.Scenarios;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Insight;
using Danke.Platform.Modules;
using Danke.Platform.Privacy;
using Danke.Platform.Scenarios;
using Danke.Platform.Settings;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Orders;

/// <summary>What was bought, paid, shipped and given back, over all channels.</summary>
public sealed class OrdersModule : DankeModule
{
    public override string Name => "orders";

    public override void AddServices(IServiceCollection services)
    {
        foreach (var check in OrderChecks.All) services.AddSingleton(check);
        services.AddInsightTables(OrdersInsightTables.All);
        services.AddSingleton<OrderSearch>();
        services.AddSingleton<DuplicateReader>();
        services.AddSingleton<IPaidOrderCounts, PaidOrderCounts>();
        services.AddSingleton<IOrderLives, OrderLives>();
        services.AddSingleton<IPersonFinder>(provider => provider.GetRequiredService<OrderSearch>());
        services.AddSingleton<IOrderLabels>(provider => provider.GetRequiredService<OrderSearch>());
        services.AddSingleton<WorthFacet>();
        services.AddSingleton<IPersonFacet<PersonWorth>>(provider => provider.GetRequiredService<WorthFacet>());
        services.AddSingleton<IPersonFacet<PersonChannels>>(provider => provider.GetRequiredService<WorthFacet>());
        services.AddSingleton<IPersonOrdering>(provider => BuyerOrdering.BySpending(provider.GetRequiredService<BooksStore>(), provider.GetRequiredService<BrandSettings>()));
        services.AddSingleton<IPersonOrdering>(provider => BuyerOrdering.ByOrders(provider.GetRequiredService<BooksStore>(), provider.GetRequiredService<BrandSettings>()));
        services.AddSingleton<ITimelineSource, OrderLines>();
        services.AddSingleton<ITimelineSource, RefundLines>();
        services.AddSingleton<IPersonHoldings, OrderHoldings>();
        services.AddPersonalTables(OrdersPersonalTables.All);
        services.AddScenarioWords(OrderWords.All);
    }

    public override IStage CreateStage(IServiceProvider services) => new OrdersStage();

    public override void MapEndpoints(IEndpointRouteBuilder v1)
    {
        OrdersEndpoint.Map(v1);
        OrderEndpoint.Map(v1);
        DuplicateEndpoints.Map(v1);
    }
}
