using System.CommandLine;

namespace Danke.App.Cli;

/// <summary><c>danke identity</c>: who is who.</summary>
internal static class IdentityVerb
{
    public static Command Create() => new("identity", "Who is who: find the records of one person, resolve everybody anew.")
    {
        IdentityMatchVerb.Create(),
        IdentityRebuildVerb.Create(),
    };
}
