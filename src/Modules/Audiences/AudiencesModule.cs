using Danke.Platform.Modules;

namespace Danke.Audiences;

public sealed class AudiencesModule : DankeModule
{
    public override string Name => "audiences";
}
