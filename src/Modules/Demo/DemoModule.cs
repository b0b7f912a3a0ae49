using Danke.Platform.Modules;

namespace Danke.Demo;

/// <summary>A brand to look at: generates its history and plays it into the system. Has no tables and no endpoints.</summary>
public sealed class DemoModule : DankeModule
{
    public override string Name => "demo";
}
