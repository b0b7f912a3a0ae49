using Danke.Platform.Modules;

namespace Danke.Touch;

public sealed class TouchModule : DankeModule
{
    public override string Name => "touch";
}
