namespace Danke.Contracts.Orders;

/// <summary>
/// An order named in one text, in a way that can be read again: a channel holds neither colon nor slash, a shop no slash, and the number is all that follows.
/// </summary>
public static class OrderName
{
    /// <summary>The key that orders are kept and found under: <c>channel/shop/number</c>.</summary>
    public static string Key(string channel, string shop, string number) => $"{channel}/{shop}/{number}";

    /// <summary>The parts of a <see cref="Key"/>.</summary>
    public static (string Channel, string Shop, string Number) Parts(string key) =>
        key.Split('/', 3) is [var channel, var shop, var number] ? (channel, shop, number) : throw new ArgumentException($"'{key}' names no order.", nameof(key));

    /// <summary>How a copy names the order that it is of: <c>channel:shop:number</c>; where the shop has a colon in its name, <c>channel/shop/number</c>.</summary>
    public static string Origin(string channel, string shop, string number) => shop.Contains(':') ? Key(channel, shop, number) : $"{channel}:{shop}:{number}";

    /// <summary>
    /// The parts of an origin, which may be written either way: the sign behind the channel is the one between the parts. Null for what is none.
    /// </summary>
    public static (string Channel, string Shop, string Number)? OfOrigin(string origin) =>
        origin.IndexOfAny([':', '/']) is var at and > 0 && origin.Split(origin[at], 3) is [var channel, var shop, { Length: > 0 } number] && !shop.Contains('/') ? (channel, shop, number) : null;
}
