using System.CommandLine;

namespace Danke.App.Cli;

/// <summary><c>danke identity</c>: who is who.</summary>
internal static class IdentityVerb
{
    public static Command Create() => new("identity", "Who is who: find the records of one person, and the persons who may be one; resolve everybody anew.")
    {
        IdentityMatchVerb.Create(),
        IdentitySuspectsVerb.Create(),
        IdentityRebuildVerb.Create(),
    };
}
