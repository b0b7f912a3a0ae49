using Danke.Contracts.Commands;

namespace Danke.Loyalty.Benefits;

/// <summary>Every refusal of a command on benefits, in order of precedence, after <c>program_unknown</c> and <c>not_a_member</c>. Codes are for ever.</summary>
internal static class BenefitRefusals
{
    public static readonly IReadOnlyList<string> InOrder =
        ["use_unknown", "benefit_unknown", "benefit_is_gift", "use_reversed", "benefit_not_in_force", "benefit_of_other_tier", "quota_exceeded"];

    public static Refusal Because(string code, string detail) => InOrder.Contains(code) ? new Refusal(code, detail, Final: true) : throw new ArgumentException($"'{code}' is not listed.", nameof(code));
}
