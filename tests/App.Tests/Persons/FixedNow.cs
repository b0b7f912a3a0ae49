using Microsoft.Extensions.DependencyInjection;

namespace Danke.App.Tests.Persons;

/// <summary>A server on which it is always the same moment.</summary>
internal static class FixedNow
{
    private sealed class Clock(long nowMs) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(nowMs);
    }

    public static IServiceCollection AddFixedNow(this IServiceCollection services, long nowMs) => services.AddSingleton<TimeProvider>(new Clock(nowMs));
}
