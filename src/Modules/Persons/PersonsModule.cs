using Danke.Platform.Modules;

namespace Danke.Persons;

public sealed class PersonsModule : DankeModule
{
    public override string Name => "persons";
}
