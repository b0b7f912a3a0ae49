using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using Danke.Contracts.Commands;

namespace Danke.Contracts.Events;

/// <summary>
/// A 64-bit hash of what an event says, for telling a retry from a conflict. It is taken over the parsed content in a fixed
/// order, so white space, property order, escapes and left-out defaults make no difference. Stored for ever: what is
/// hashed today must hash the same in later versions, so a new field is added at the end and only when it is not its default.
/// Algorithm: XXH64 (https://github.com/Cyan4973/xxHash, seed 0). No secret and no protection against a hostile sender: it
/// compares a sender's events with that sender's own.
/// </summary>
public static class EventHash
{
    [ThreadStatic] private static Writer? writer;

    /// <summary>Everything but source and id, which are the key under which the hash is kept.</summary>
    public static long Of(Command command)
    {
        var into = writer ??= new Writer();
        into.Clear();
        into.Text(command.Body.Type);
        into.Number(command.AtMs);
        into.Text(command.Channel);
        into.Text(command.Shop);
        into.Number(command.Identifiers.Length);
        foreach (var identifier in command.Identifiers)
        {
            into.Text(identifier.Namespace);
            into.Text(identifier.Scope);
            into.Text(identifier.Value);
            into.Number(identifier.Verified ? 1 : 0);
        }
        Body(into, command.Body);
        return unchecked((long)XxHash64(into.Written));
    }

    private static void Body(Writer into, CommandBody body)
    {
        switch (body)
        {
            case OrderReported order:
                into.Text(order.Number);
                if (order.Content is { } content) Order(into, content);
                break;
            case RefundSucceeded refund:
                Refund(into, refund);
                break;
            case MemberJoined joined:
                into.Text(joined.Program);
                into.Text(joined.Card);
                Profile(into, joined.Profile);
                break;
            case MemberUpdated updated:
                Profile(into, updated.Profile);
                break;
            case MemberLeft left:
                into.Text(left.Program);
                into.Text(left.Reason);
                break;
            case InteractionHappened interaction:
                into.Text(interaction.Kind);
                Texts(into, interaction.Properties);
                break;
            case ConsentChanged consent:
                into.Number((long)consent.Via);
                into.Text(consent.Purpose);
                into.Text(consent.Point);
                into.Number(consent.Granted ? 1 : 0);
                into.Text(consent.Evidence);
                break;
            case PointsAdjusted points:
                into.Text(points.Program);
                into.Number(points.Points);
                into.Text(points.Reason);
                into.Number(points.ExpiresAtMs ?? long.MinValue);
                break;
            case PointsRedeemed redeemed:
                into.Text(redeemed.Program);
                into.Number(redeemed.Points);
                into.Text(redeemed.Reason);
                into.Text(redeemed.Order);
                into.Number(redeemed.EndsAtMs ?? long.MinValue);
                break;
            case RedemptionSettled settled:
                into.Text(settled.Redemption);
                into.Number(settled.Points ?? long.MinValue);
                into.Number(settled.Number);
                break;
            default:
                throw new ArgumentException($"Events of {body.Type} have no hash yet.", nameof(body));
        }
    }

    private static void Order(Writer into, OrderContent content)
    {
        into.Text(content.Currency);
        into.Number((long)content.Kind);
        into.Number(content.Lines.Length);
        foreach (var line in content.Lines)
        {
            into.Text(line.Line);
            into.Text(line.Sku);
            into.Text(line.Name);
            into.Text(line.Category);
            into.Number(line.Quantity);
            into.Number(line.UnitPriceMinor);
            into.Number(line.AmountMinor);
        }
        into.Number(content.ShippingMinor);
        into.Number(content.DiscountMinor);
        into.Number(content.TotalMinor);
        into.Number(content.Payments.Length);
        foreach (var payment in content.Payments)
        {
            into.Text(payment.Method);
            into.Number(payment.AmountMinor);
        }
        into.Text(content.Store);
        into.Text(content.Origin);
        into.Number(content.Version);
    }

    private static void Refund(Writer into, RefundSucceeded refund)
    {
        into.Text(refund.Refund);
        into.Text(refund.Order);
        into.Text(refund.Currency);
        into.Number(refund.AmountMinor);
        into.Number(refund.Lines.Length);
        foreach (var line in refund.Lines)
        {
            into.Text(line.Line);
            into.Text(line.Sku);
            into.Text(line.Name);
            into.Number(line.Quantity);
            into.Number(line.AmountMinor);
        }
        into.Text(refund.Reason);
    }

    private static void Profile(Writer into, Profile profile)
    {
        into.Text(profile.Name);
        into.Text(profile.Gender);
        into.Text(profile.Birthday);
        into.Text(profile.Province);
        into.Text(profile.City);
        into.Text(profile.Language);
        Texts(into, profile.Attributes);
    }

    private static void Texts(Writer into, ImmutableSortedDictionary<string, string> texts)
    {
        into.Number(texts.Count);
        foreach (var (name, value) in texts)
        {
            into.Text(name);
            into.Text(value);
        }
    }

    /// <summary>Lengths before texts, so that no two contents give the same bytes.</summary>
    private sealed class Writer
    {
        private byte[] buffer = new byte[4_096];
        private int length;

        public ReadOnlySpan<byte> Written => buffer.AsSpan(0, length);

        public void Clear() => length = 0;

        public void Number(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(Room(8), value);
            length += 8;
        }

        public void Text(string? value)
        {
            BinaryPrimitives.WriteInt32LittleEndian(Room(4), value?.Length ?? -1);
            length += 4;
            if (value is null) return;
            var bytes = MemoryMarshal.AsBytes(value.AsSpan());
            bytes.CopyTo(Room(bytes.Length));
            length += bytes.Length;
        }

        private Span<byte> Room(int bytes)
        {
            if (length + bytes > buffer.Length) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + bytes));
            return buffer.AsSpan(length);
        }
    }

    private const ulong Prime1 = 11400714785074694791, Prime2 = 14029467366897019727, Prime3 = 1609587929392839161,
        Prime4 = 9650029242287828579, Prime5 = 2870177450012600261;

    /// <summary>XXH64 with seed 0 of any bytes.</summary>
    public static ulong XxHash64(ReadOnlySpan<byte> data)
    {
        unchecked
        {
            var rest = data;
            ulong hash;
            if (data.Length >= 32)
            {
                ulong a = Prime1 + Prime2, b = Prime2, c = 0, d = 0 - Prime1;
                while (rest.Length >= 32)
                {
                    a = Round(a, Word(rest));
                    b = Round(b, Word(rest[8..]));
                    c = Round(c, Word(rest[16..]));
                    d = Round(d, Word(rest[24..]));
                    rest = rest[32..];
                }
                hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
                hash = Merge(Merge(Merge(Merge(hash, a), b), c), d);
            }
            else
            {
                hash = Prime5;
            }
            return Finish(hash + (ulong)data.Length, rest);
        }
    }

    private static ulong Finish(ulong hash, ReadOnlySpan<byte> rest)
    {
        unchecked
        {
            for (; rest.Length >= 8; rest = rest[8..])
                hash = BitOperations.RotateLeft(hash ^ Round(0, Word(rest)), 27) * Prime1 + Prime4;
            if (rest.Length >= 4)
            {
                hash = BitOperations.RotateLeft(hash ^ BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1, 23) * Prime2 + Prime3;
                rest = rest[4..];
            }
            foreach (var one in rest) hash = BitOperations.RotateLeft(hash ^ one * Prime5, 11) * Prime1;
            hash = (hash ^ hash >> 33) * Prime2;
            hash = (hash ^ hash >> 29) * Prime3;
            return hash ^ hash >> 32;
        }
    }

    private static ulong Word(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt64LittleEndian(data);

    private static ulong Round(ulong accumulator, ulong word) => unchecked(BitOperations.RotateLeft(accumulator + word * Prime2, 31) * Prime1);

    private static ulong Merge(ulong hash, ulong accumulator) => unchecked((hash ^ Round(0, accumulator)) * Prime1 + Prime4);
}
