using Danke.Engines.Identity;
using Danke.Persons.Auditing;
using Danke.Persons.Linking;
using Danke.Platform.Access;
using Danke.Platform.Door;
using Danke.Platform.Modules;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Persons;

/// <summary>Who is who: identifiers, links, persons, what they allowed and what they did.</summary>
public sealed class PersonsModule : DankeModule
{
    public override string Name => "persons";

    public override void AddServices(IServiceCollection services)
    {
        foreach (var check in PersonChecks.All) services.AddSingleton(check);
    }

    public override IStage CreateStage(IServiceProvider services) => new PersonsStage(IdentityRules.Default, services.GetRequiredService<Vault>());
}
