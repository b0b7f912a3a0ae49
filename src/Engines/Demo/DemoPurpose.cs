namespace Danke.Engines.Demo;

/// <summary>What a random stream is for: the second part of its key. Never reuse a number, or two things become related.</summary>
internal static class DemoPurpose
{
    public const ulong Arrival = 1;
    public const ulong Persona = 2;
    public const ulong Household = 3;
    public const ulong Visit = 4;
    public const ulong NextVisit = 5;
    public const ulong Membership = 6;
    public const ulong Browsing = 7;
    public const ulong CheckIn = 8;
    public const ulong Disorder = 9;
    public const ulong UnionId = 10;
    public const ulong WecomId = 11;
    public const ulong ChannelId = 20; // and the five after it
}
