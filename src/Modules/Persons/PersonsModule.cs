using Danke.Contracts.Persons;
using Danke.Engines.Identity;
using Danke.Persons.Attributes;
using Danke.Persons.Auditing;
using Danke.Persons.Changing;
using Danke.Persons.Grouping;
using Danke.Persons.Judging;
using Danke.Persons.Linking;
using Danke.Persons.Listing;
using Danke.Persons.Looking;
using Danke.Persons.Privacy;
using Danke.Persons.Reading;
using Danke.Persons.Rebuilding;
using Danke.Persons.Reviewing;
using Danke.Persons.Scenarios;
using Danke.Persons.Searching;
using Danke.Persons.Timelines;
using Danke.Platform.Access;
using Danke.Platform.Access.Keys;
using Danke.Platform.Books;
using Danke.Platform.Definitions;
using Danke.Platform.Door;
using Danke.Platform.Insight;
using Danke.Platform.Jobs;
using Danke.Platform.Modules;
using Danke.Platform.Privacy;
using Danke.Platform.Scenarios;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Persons;

/// <summary>Who is who: identifiers, links, persons, what they allowed and what they did. Puts the person page together from all modules.</summary>
public sealed class PersonsModule : DankeModule
{
    public override string Name => "persons";

    public override void AddServices(IServiceCollection services)
    {
        foreach (var check in PersonChecks.All) services.AddSingleton(check);
        services.AddInsightTables(PersonsInsightTables.All);
        services.AddSingleton<IBirthMonths, BirthMonths>();
        services.AddSingleton<IPersonPasts, PersonPasts>();
        services.AddSingleton<LiveIdentityRules>();
        services.AddTransient(provider => provider.GetRequiredService<LiveIdentityRules>().Current);
        services.AddSingleton<IDefinitionKind, IdentityKind>();
        services.AddSingleton<IdentityRebuilder>();
        services.AddSingleton<ProfileSurvey>();
        services.AddSingleton<AttributeReader>();
        services.AddSingleton<IJobKind, RebuildJob>();
        services.AddSingleton<IJobKind, RebuildTrialJob>();
        services.AddHostedService<RulesAtStart>();
        services.AddSingleton<IJobKind, MatchingJob>();
        services.AddSingleton<PairReader>();
        services.AddSingleton<Evaluation>();
        services.AddSingleton<PersonDirectory>();
        services.AddSingleton<IPersonDirectory>(provider => provider.GetRequiredService<PersonDirectory>());
        services.AddSingleton<IPersonFacet<PersonLabel>>(provider => provider.GetRequiredService<PersonDirectory>());
        services.AddSingleton<IPersonFacet<PersonChannels>, ChannelsFacet>();
        services.AddSingleton<Facets>();
        services.AddSingleton<PersonSearch>();
        services.AddSingleton<PersonList>();
        services.AddSingleton<PersonLines>();
        services.AddSingleton<PersonExport>();
        services.AddSingleton<LastSeenOrdering>();
        services.AddSingleton<IPersonOrdering>(provider => provider.GetRequiredService<LastSeenOrdering>());
        services.AddSingleton<IPersonFilter, ProfileFilter>();
        services.AddSingleton<IPersonFilter, ChannelFilter>();
        services.AddSingleton<Consents>();
        services.AddSingleton<DecisionBook>();
        services.AddSingleton<GraphReader>();
        services.AddSingleton<Foresight>();
        services.AddSingleton<Why>();
        services.AddSingleton<Candidates>();
        services.AddSingleton<HouseholdRefresh>();
        services.AddSingleton<IHouseholds>(provider => provider.GetRequiredService<HouseholdRefresh>());
        services.AddHostedService<HouseholdClock>();
        services.AddSingleton<IPersonHoldings>(provider => new RowHoldings(provider.GetRequiredService<BooksStore>(), HoldingMeasures.Consents, "consents"));
        services.AddSingleton<IPersonHoldings>(provider => new RowHoldings(provider.GetRequiredService<BooksStore>(), HoldingMeasures.Interactions, "interactions"));
        services.AddSingleton<ITimelineSource, InteractionLines>();
        services.AddSingleton<ITimelineSource, ConsentLines>();
        services.AddSingleton<ITimelineSource, IdentifierLines>();
        services.AddSingleton<ITimelineSource, MergeLines>();
        services.AddSingleton<PersonLookup>();
        services.AddSingleton<IPersonLookup>(provider => provider.GetRequiredService<PersonLookup>());
        services.AddPersonalTables(PersonsPersonalTables.All);
        services.AddSingleton<ISubjects, Subjects>();
        services.AddSingleton<IErasedTexts, ErasedTexts>();
        services.AddSealed("identifiers", "value_cipher", "identifier_key");
        services.AddSealed("persons", "name_cipher", "person_id");
        services.AddSealed("attribute_statements", "value_cipher", "via_key", "text:source", "text:channel", "text:attribute", "value_key");
        services.AddSealed("attribute_pins", "value_cipher", "via_key", "text:attribute");
        services.AddSealed("identity_models", "body_cipher", "model_id");
        services.AddSingleton<IRetained, InteractionRetention>();
        services.AddScenarioWords(PersonWords.All);
    }

    public override IStage CreateStage(IServiceProvider services) => new PersonsStage(services.GetService<LiveIdentityRules>() ?? new LiveIdentityRules(), services.GetRequiredService<Vault>());

    public override void MapEndpoints(IEndpointRouteBuilder v1)
    {
        var persons = v1.MapGroup("/persons").WithTags("Persons");
        PersonsEndpoint.Map(persons);
        PersonEndpoint.Map(persons);
        TimelineEndpoint.Map(persons);
        HouseholdEndpoint.Map(persons);
        LinksEndpoint.Map(persons);
        AttributeEndpoints.Map(persons);
        ChangeEndpoints.Map(persons);
        RebuildEndpoint.Map(v1);
        PairEndpoints.Map(v1);
        DecisionEndpoints.Map(persons);
        PreviewEndpoints.Map(persons);
        WhyEndpoint.Map(v1);
    }
}
