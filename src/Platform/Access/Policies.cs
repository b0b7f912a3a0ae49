namespace Danke.Platform.Access;

/// <summary>Policies beside the scopes' own (see <see cref="ScopeRequirement"/>).</summary>
public static class Policies
{
    /// <summary>Anybody who is signed in, even with a one-time password that must be changed first: the session's own endpoints.</summary>
    public const string Session = "session";

    /// <summary>Anybody who is signed in and may act.</summary>
    public const string SignedIn = "signed-in";
}
