using Danke.Platform.Modules;

namespace Danke.Reports;

public sealed class ReportsModule : DankeModule
{
    public override string Name => "reports";
}
