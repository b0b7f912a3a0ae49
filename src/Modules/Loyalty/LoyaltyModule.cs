using Danke.Contracts.Loyalty;
using Danke.Contracts.Persons;
using Danke.Loyalty.Approving;
using Danke.Loyalty.Auditing;
using Danke.Loyalty.Benefits;
using Danke.Loyalty.Bulk;
using Danke.Loyalty.Codes;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Expiring;
using Danke.Loyalty.Liability;
using Danke.Loyalty.Members;
using Danke.Loyalty.Points;
using Danke.Loyalty.Pools;
using Danke.Loyalty.Privacy;
using Danke.Loyalty.Programs;
using Danke.Loyalty.Reading;
using Danke.Loyalty.Scenarios;
using Danke.Loyalty.Simulation;
using Danke.Loyalty.Splits;
using Danke.Loyalty.Tiers;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Definitions;
using Danke.Platform.Door;
using Danke.Platform.Insight;
using Danke.Platform.Jobs;
using Danke.Platform.Modules;
using Danke.Platform.Privacy;
using Danke.Platform.Scenarios;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Danke.Loyalty;

/// <summary>Programs, memberships, points and tiers.</summary>
public sealed class LoyaltyModule : DankeModule
{
    public override string Name => "loyalty";

    public override void AddServices(IServiceCollection services)
    {
        foreach (var check in LedgerChecks.All.Concat(DoubleEntryChecks.All).Append(ChainChecks.Ends)) services.AddSingleton(check);
        services.AddSingleton(provider => ChainChecks.Entries(provider.GetService<Vault>()));
        services.AddSingleton(provider => ChainChecks.Lots(provider.GetService<Vault>()));
        services.AddSingleton<DueCommands>();
        services.AddSingleton<LocalDays>();
        services.AddSingleton<BenefitClock>();
        services.AddSingleton<ReminderClock>();
        services.AddSingleton<ExpiryClock>();
        services.AddSingleton<ActivationClock>();
        services.AddSingleton<TierClock>();
        services.AddHostedService<LedgerClock>();
        services.AddSingleton<ReservationClock>();
        services.AddHostedService(provider => provider.GetRequiredService<ReservationClock>());
        services.AddInsightTables(LoyaltyInsightTables.All);
        services.AddSingleton<IDefinitionKind, ProgramKind>();
        services.AddSingleton<LivePrograms>();
        services.AddSingleton<TierReading>();
        services.AddSingleton<EntryLedger>();
        services.AddSingleton<IOrderPoints>(provider => provider.GetRequiredService<EntryLedger>());
        services.AddSingleton<IPersonFacet<PersonMemberships>, MembershipFacet>();
        services.AddSingleton<IPersonFilter, MembershipFilter>();
        services.AddSingleton<IPersonFinder, CardFinder>();
        services.AddSingleton<IPersonOrdering>(provider => MembershipOrdering.ByJoining(provider.GetRequiredService<BooksStore>()));
        services.AddSingleton<IPersonOrdering>(provider => MembershipOrdering.ByPoints(provider.GetRequiredService<BooksStore>()));
        services.AddSingleton<ITimelineSource, PointsLines>();
        services.AddSingleton<ITimelineSource, TierLines>();
        services.AddSingleton<ITimelineSource, MemberLines>();
        services.AddSingleton<ITimelineSource, ReminderLines>();
        services.AddSingleton<ITimelineSource, BenefitLines>();
        services.AddSingleton<PointsHoldings>();
        services.AddSingleton<IPersonHoldings>(provider => provider.GetRequiredService<PointsHoldings>());
        services.AddSingleton<IProgramTiers>(provider => provider.GetRequiredService<PointsHoldings>());
        services.AddPersonalTables(LoyaltyPersonalTables.All);
        services.AddSingleton<ISweepsTraces, LedgerTraces>();
        services.AddScenarioWords(LoyaltyWords.All);
        services.AddSingleton<Approvals>();
        services.AddSingleton<CodeBook>();
        services.AddSingleton<BulkBook>();
        services.AddSingleton<IJobKind, BulkJob>();
        services.AddSingleton<HistoryReader>();
        services.AddSingleton<Simulator>();
        services.AddSingleton<IJobKind, SimulationJob>();
    }

    public override Task AfterMigrations(BooksStore books, Vault vault, ILogger log, CancellationToken cancel) => ChainUpgrade.Run(books, vault, log, cancel);

    public override IStage CreateStage(IServiceProvider services) => new LoyaltyStage(new LedgerChain(services.GetRequiredService<Vault>()));

    public override void MapEndpoints(IEndpointRouteBuilder v1)
    {
        ProgramsEndpoint.Map(v1);
        PointsEndpoint.Map(v1);
        AdjustmentsEndpoint.Map(v1);
        RedemptionEndpoints.Map(v1);
        QuotesEndpoint.Map(v1);
        ShortfallEndpoints.Map(v1);
        TierEndpoints.Map(v1);
        BenefitEndpoints.Map(v1);
        PoolEndpoints.Map(v1);
        TierFlowEndpoint.Map(v1);
        MovementEndpoints.Map(v1);
        ConversionQuoteEndpoint.Map(v1);
        ApprovalEndpoints.Map(v1);
        LiabilityEndpoint.Map(v1);
        SimulationEndpoints.Map(v1);
        RuleCalendarEndpoint.Map(v1);
        MemberCodeEndpoints.Map(v1);
        BulkEndpoints.Map(v1);
    }
}
