using Danke.Platform.Modules;

namespace Danke.Journeys;

public sealed class JourneysModule : DankeModule
{
    public override string Name => "journeys";
}
