namespace Danke.Contracts.Loyalty;

/// <summary>Something happened to a member by itself that a journey may start with.</summary>
/// <param name="Type">As in journeys: <c>points.expiring</c>, <c>benefit.given</c>.</param>
/// <param name="ViaKey">The identifier that it goes with.</param>
/// <param name="DaysBefore">Of points that end: so many days before their last day.</param>
/// <param name="Benefit">Of a benefit given: its name.</param>
/// <param name="UndoneOf">The command that brought these news, when they hold no more: the order that led to a gift came back, or is a copy of one that counted already. Null for news.</param>
public sealed record MemberNews(string Type, long PersonId, long ViaKey, string Program, long AtMs, int? DaysBefore = null, string? Benefit = null, string? UndoneOf = null);
