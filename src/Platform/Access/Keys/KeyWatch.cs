using Danke.Platform.Workers;
using Microsoft.Extensions.Logging;

namespace Danke.Platform.Access.Keys;

/// <summary>Follows what another node says of the key in use.</summary>
public sealed class KeyWatch(KeyBook keys, Vault vault, TimeProvider clock, ILogger<KeyWatch> log) : Sweeper(Every, clock, log)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public override async Task<int> Sweep(CancellationToken cancel)
    {
        var seal = (await keys.Standing(cancel)).InUse;
        if (seal <= vault.SealNumber) return 0;
        if (!vault.UseSeal(seal)) throw new InvalidOperationException($"Values are sealed by key {seal}, which is not on this node: copy {Vault.FileName} from the node that made it.");
        return 1;
    }
}
