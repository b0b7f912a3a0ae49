using Danke.Platform.Modules;

namespace Danke.Intake;

public sealed class IntakeModule : DankeModule
{
    public override string Name => "intake";
}
