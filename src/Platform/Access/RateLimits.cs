using System.Globalization;
using System.Threading.RateLimiting;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Platform.Access;

/// <summary>How many requests a caller may send. A request may carry thousands of events; these bound requests.</summary>
/// <param name="PersonPerSecond">A person at the screens, lasting; four times as many in a burst.</param>
/// <param name="KeyPerSecond">A program; likewise.</param>
/// <param name="NobodyPerSecond">An address that has not said who it is; likewise.</param>
/// <param name="SignInsPerMinute">An address at the sign-in.</param>
/// <param name="ExportsPerMinute">A person or program that takes whole lists.</param>
public sealed record RateLimits(int PersonPerSecond = 50, int KeyPerSecond = 5_000, int NobodyPerSecond = 20, int SignInsPerMinute = 30, int ExportsPerMinute = 10);

public static class RateLimiting
{
    public const string SignIn = "sign-in";
    public const string Export = "export";

    internal static void AddRateLimits(this IServiceCollection services)
    {
        services.AddSingleton(new RateLimits());
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<RateLimits>((options, limits) =>
        {
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => PartitionOf(context, limits));
            options.AddPolicy(SignIn, context => RateLimitPartition.GetFixedWindowLimiter("sign-in:" + AddressOf(context),
                _ => new FixedWindowRateLimiterOptions { PermitLimit = limits.SignInsPerMinute, Window = TimeSpan.FromMinutes(1) }));
            options.AddPolicy(Export, context => RateLimitPartition.GetFixedWindowLimiter("export:" + context.Caller().Actor,
                _ => new FixedWindowRateLimiterOptions { PermitLimit = limits.ExportsPerMinute, Window = TimeSpan.FromMinutes(1) }));
            options.OnRejected = (context, _) => new ValueTask(Reject(context));
        });
    }

    private static RateLimitPartition<string> PartitionOf(HttpContext context, RateLimits limits)
    {
        var caller = context.Caller();
        return caller.Kind switch
        {
            CallerKind.Cli or CallerKind.System => RateLimitPartition.GetNoLimiter(caller.Actor),
            CallerKind.Person => Bucket(caller.Actor, limits.PersonPerSecond),
            CallerKind.Key => Bucket(caller.Actor, limits.KeyPerSecond),
            _ => Bucket("address:" + AddressOf(context), limits.NobodyPerSecond),
        };
    }

    private static RateLimitPartition<string> Bucket(string key, int perSecond) => RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = perSecond * 4,
        TokensPerPeriod = Math.Max(1, perSecond / 5),
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(200),
    });

    private static Task Reject(OnRejectedContext context)
    {
        var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        context.HttpContext.Response.Headers.RetryAfter = ((int)Math.Ceiling(Math.Max(1, wait.TotalSeconds))).ToString(CultureInfo.InvariantCulture);
        return Problem.Of(StatusCodes.Status429TooManyRequests, "too_many_requests", "Too many requests from you. Wait as Retry-After says.").ExecuteAsync(context.HttpContext);
    }

    /// <summary>The address that a request came from; IPv6 by its /64, since one subscriber has all of it.</summary>
    public static string AddressOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (address is null) return "unknown";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6) return address.ToString();
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new System.Net.IPAddress(bytes) + "/64";
    }
}
