using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Danke.Platform.Access;

/// <summary>
/// What lets a verb on the server's own machine through: a random token of this run, readable in the data directory by its owner
/// only, and good only on a connection that comes straight from this machine.
/// </summary>
public sealed class LocalToken
{
    public const string Prefix = "dkl_";
    private readonly byte[] hash;

    public LocalToken()
    {
        Value = Prefix + RandomNumberGenerator.GetHexString(64, lowercase: true);
        hash = SHA256.HashData(Encoding.ASCII.GetBytes(Value));
    }

    public string Value { get; }

    public bool Accepts(HttpContext context, string token) =>
        // What a proxy passed on did not come from this machine, whatever the connection says.
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded")
        && !context.Request.Headers.ContainsKey("X-Original-For")
        && CryptographicOperations.FixedTimeEquals(hash, SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
