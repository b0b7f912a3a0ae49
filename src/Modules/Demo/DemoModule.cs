using Danke.Platform.Modules;

namespace Danke.Demo;

public sealed class DemoModule : DankeModule
{
    public override string Name => "demo";
}
