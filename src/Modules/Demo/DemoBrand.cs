namespace Danke.Demo;

/// <summary>
/// The invented brand that the demo shows: 霁苔 (Jìtái, "moss after rain"), skin and body care. No real brand is meant, and the
/// name is not to be found among those we know; any likeness is chance.
/// </summary>
internal static class DemoBrand
{
    public const string Name = "霁苔 Jitai";
    public const string Zone = "Asia/Shanghai";
    public const string Currency = "CNY";

    /// <summary>Empty: the default program of the installation.</summary>
    public const string Program = "";
}
