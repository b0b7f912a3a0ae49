using Danke.Platform.Books;

namespace Danke.Platform.Access;

/// <summary>The first start makes the user <c>admin</c> with a one-time password, told once to the person at the terminal.</summary>
public static class FirstUser
{
    public const string Name = "admin";

    /// <summary>The one-time password; null when there are users already, or another node was faster.</summary>
    public static async Task<string?> Make(BooksStore books, TimeProvider clock)
    {
        if ((await books.Read("select 1 from users limit 1", r => r.GetInt32(0))).Count > 0) return null;
        var password = Passwords.NewOneTime();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var user = new User(Name, Name, Roles.Admin, Passwords.Hash(password), true, false, now, Caller.System.Actor, now, null);
        var audit = new Audit(books, clock);
        return await books.Write(async t =>
        {
            if (!await Users.Add(t, user)) return false;
            await audit.Record(t, Caller.System, "user.created", "user/" + Name, after: new { user.Role });
            return true;
        }) ? password : null;
    }
}
