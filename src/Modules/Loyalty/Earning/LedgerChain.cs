using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.Loyalty.Earning;

/// <summary>Where a chain of entries stands: how many there are, and the link of the last.</summary>
internal readonly record struct ChainHead(long Place, byte[]? Link);

/// <summary>
/// Links the entries of a lot - and those of an identifier that name no lot - one to the next, and seals the lots: a keyed hash over all that
/// may never change, so not over whose they are. Who has the database without the key can neither change a digit unseen nor make it good.
/// HMAC-SHA256, the first 16 bytes. Not thread-safe.
/// </summary>
internal sealed class LedgerChain(Vault vault) : IDisposable
{
    public const int LinkBytes = 16;

    private readonly HMACSHA256 mac = vault.LedgerMac();
    private byte[] buffer = new byte[1024];
    private int length;

    public ChainHead Next(ChainHead before, EntryRow row)
    {
        Begin(1, before.Link);
        var e = row.Entry;
        Number(before.Place + 1, row.EntryId, e.Via, e.LotId, e.OrderId, e.Pending, e.Spendable, e.Growth, e.Between, e.Reverses, e.AtMs, row.RecordedAtMs, row.Day);
        Text(row.Program);
        Text(LedgerWords.Of(e.Kind));
        Text(LedgerWords.Of(e.Contra));
        Text(e.Note);
        Text(row.CommandKey);
        return new ChainHead(before.Place + 1, Hash());
    }

    public byte[] Seal(LotRow row)
    {
        Begin(2, row.Head.Link);
        var lot = row.Lot;
        Number(row.Head.Place, lot.LotId, lot.Via, lot.OrderId, lot.Amount, lot.Remaining, lot.EarnedAtMs, lot.ActivatesAtMs ?? long.MinValue, lot.ActiveAtMs ?? long.MinValue,
            lot.ExpiresAtMs ?? long.MinValue);
        Text(row.Program);
        Text(LedgerWords.Of(lot.State));
        return Hash();
    }

    private void Begin(byte what, byte[]? before)
    {
        length = 0;
        var into = Room(1 + LinkBytes);
        into.Clear();
        into[0] = what;
        before?.CopyTo(into[1..]);
    }

    private void Number(params ReadOnlySpan<long> numbers)
    {
        foreach (var number in numbers) BinaryPrimitives.WriteInt64LittleEndian(Room(sizeof(long)), number);
    }

    private void Text(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        Number(bytes);
        Encoding.UTF8.GetBytes(text, Room(bytes));
    }

    private Span<byte> Room(int bytes)
    {
        if (length + bytes > buffer.Length) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + bytes));
        var room = buffer.AsSpan(length, bytes);
        length += bytes;
        return room;
    }

    private byte[] Hash()
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        mac.TryComputeHash(buffer.AsSpan(0, length), hash, out _);
        return hash[..LinkBytes].ToArray();
    }

    public void Dispose() => mac.Dispose();
}

/// <summary>The chain of an identifier's entries that name no lot.</summary>
internal sealed record GrowthChainRow(string Program, long Via, ChainHead Head)
{
    public static readonly Table<GrowthChainRow> Table = new Table<GrowthChainRow>("growth_chains", "program", "via_key")
        .Text("program", r => r.Program).Long("via_key", r => r.Via).Long("chain_place", r => r.Head.Place).Bytes("chain_head", r => r.Head.Link);
}

/// <summary>What one kind of entry put into one account on one day.</summary>
internal sealed record LedgerDayRow(string Program, long Day, string Account, string Kind, long Points)
{
    public static readonly Table<LedgerDayRow> Table = new Table<LedgerDayRow>("ledger_days", "program", "day", "account", "kind")
        .Text("program", r => r.Program).Long("day", r => r.Day).Text("account", r => r.Account).Text("kind", r => r.Kind).Long("points", r => r.Points).When(OnMeeting.Add);
}
