using Danke.Platform.Privacy;
using static Danke.Platform.Privacy.PersonalField;

namespace Danke.Journeys.Privacy;

/// <summary>Where a person stands in journeys goes with the person.</summary>
internal static class JourneysPersonalTables
{
    public static readonly IReadOnlyList<PersonalTable> All =
    [
        PersonalTable.Gone("journey_entries", new("自动化旅程", "Journeys"),
            Text("journey", "旅程", "Journey"), Text("state", "状态", "State"), Text("node", "节点", "Node"), At("entered_at", "进入", "Entered", "entered_at_ms"), At("ended_at", "结束", "Ended", "ended_at_ms"), Text("end_reason", "结束原因", "Why ended"))
            with { OrderBy = "entry_id" },
        PersonalTable.Gone("journey_steps", new("旅程步骤", "Steps in journeys"), Text("journey", "旅程", "Journey"), Text("node", "节点", "Node"), Text("kind", "类型", "Kind"), At("at", "时间", "At", "at_ms"))
            with { OrderBy = "entry_id, visit" },
    ];
}
