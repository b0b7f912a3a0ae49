using Danke.Contracts.Commands;

namespace Danke.Loyalty.Pools;

/// <summary>Every refusal of a command on pools, in order of precedence; <c>program_unknown</c> and <c>not_a_member</c> come first, <c>insufficient_balance</c> last. Codes are for ever.</summary>
internal static class PoolRefusals
{
    public static readonly IReadOnlyList<string> InOrder =
        ["pool_unknown", "pool_closed", "pooling_not_allowed", "not_the_owner", "guest_not_a_member", "in_pool_already", "pool_full", "not_invited", "not_in_pool", "limit_is_the_members", "redemption_unknown", "return_exceeds_redemption"];

    public static Refusal Because(string code, string detail) => InOrder.Contains(code) ? new Refusal(code, detail, Final: true) : throw new ArgumentException($"'{code}' is not listed.", nameof(code));
}
