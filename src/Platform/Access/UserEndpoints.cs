using System.Text.RegularExpressions;
using Danke.Platform.Books;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Platform.Access;

/// <summary>The people at the screens: <c>/v1/users</c>. For administrators.</summary>
internal static partial class UserEndpoints
{
    public sealed record NewUserBody(string Name, string Role, string? Title = null);

    /// <param name="ResetPassword">True gives a new one-time password.</param>
    public sealed record UserChangeBody(string? Role = null, string? Title = null, bool? Disabled = null, bool? ResetPassword = null);

    public sealed record UserView(
        string Name, string Title, string Role, bool Disabled, bool MustChangePassword, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? SignedInAt);

    /// <param name="OneTimePassword">Shown this once; null when none was made.</param>
    public sealed record ChangedUserView(UserView User, string? OneTimePassword);

    public sealed record UserList(IReadOnlyList<UserView> Items, string? Next);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{1,63}\z")]
    private static partial Regex NamePattern();

    public static bool IsName(string name) => NamePattern().IsMatch(name);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var users = v1.MapGroup("/users").WithTags("Access").RequireScope(Scopes.Admin);
        users.MapGet("", List).WithSummary("All users.").Produces<UserList>();
        users.MapPost("", Add).WithSummary("Adds a user; answers the one-time password.").Produces<ChangedUserView>(StatusCodes.Status201Created);
        users.MapPatch("/{name}", Change).WithSummary("Changes role or title, disables, or resets the password. Ends the user's sessions when it takes something away.")
            .Produces<ChangedUserView>();
    }

    private static UserView View(User user) => new(
        user.Name, user.Title, user.Role, user.Disabled, user.MustChangePassword, DateTimeOffset.FromUnixTimeMilliseconds(user.CreatedAtMs), user.CreatedBy,
        user.SignedInAtMs is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null);

    private static async Task<IResult> List(BooksStore books) => Results.Ok(new UserList((await Users.All(books)).ConvertAll(View), null));

    private static async Task<IResult> Add(NewUserBody body, HttpContext context, BooksStore books, Audit audit, TimeProvider clock)
    {
        if (!IsName(body.Name)) return Problem.Invalid("bad_user_name", "A user name is 2 to 64 lower-case letters, digits, dots, dashes and underscores, and begins with a letter or digit.");
        if ((RoleProblem(body.Role) ?? TitleProblem(body.Title)) is { } problem) return problem;
        var password = Passwords.NewOneTime();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var user = new User(body.Name, body.Title ?? body.Name, body.Role, Passwords.Hash(password), true, false, now, context.Caller().Actor, now, null);
        var added = await books.Write(async t =>
        {
            if (!await Users.Add(t, user)) return false;
            await audit.Record(t, context.Caller(), "user.created", "user/" + user.Name, after: new { user.Role });
            return true;
        });
        return added
            ? Results.Created($"/v1/users/{user.Name}", new ChangedUserView(View(user), password))
            : Problem.Conflict("user_exists", $"There is a user {user.Name} already.");
    }

    private static async Task<IResult> Change(string name, UserChangeBody body, HttpContext context, BooksStore books, Credentials credentials, Audit audit, TimeProvider clock)
    {
        if (((body.Role is null ? null : RoleProblem(body.Role)) ?? TitleProblem(body.Title)) is { } problem) return problem;
        var password = body.ResetPassword == true ? Passwords.NewOneTime() : null;
        var hash = password is null ? null : Passwords.Hash(password);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var result = await books.Write(async t =>
        {
            var others = await Users.OtherAdmins(t, name);
            if (await Users.Find(t, name) is not { } before) return Problem.NotFound("no_such_user", $"There is no user {name}.");
            var after = before with { Role = body.Role ?? before.Role, Title = body.Title ?? before.Title, Disabled = body.Disabled ?? before.Disabled };
            if (hash is not null) after = after with { PasswordHash = hash, MustChangePassword = true, PasswordAtMs = now };
            if (others == 0 && before is { Role: Roles.Admin, Disabled: false } && after is not { Role: Roles.Admin, Disabled: false })
                return Problem.Conflict("last_admin", $"{name} is the last administrator. Make another one first.");
            await Users.Save(t, after);
            if (after.Disabled || hash is not null || after.Role != before.Role) await Sessions.EndAllOf(t, name);
            if (hash is not null) await t.Execute("delete from sign_in_tries where subject = @subject", ("subject", "user:" + name));
            await audit.Record(t, context.Caller(), "user.changed", "user/" + name,
                new { before.Role, before.Disabled }, new { after.Role, after.Disabled, password_reset = hash is not null });
            return Results.Ok(new ChangedUserView(View(after), password));
        });
        credentials.Forget();
        return result;
    }

    private static IResult? RoleProblem(string role) =>
        Roles.ScopesOf.ContainsKey(role) ? null : Problem.Invalid("unknown_role", $"A role is one of {string.Join(", ", Roles.ScopesOf.Keys)}.");

    private static IResult? TitleProblem(string? title) =>
        title is null or { Length: > 0 and <= 80 } ? null : Problem.Invalid("bad_title", "A title has 1 to 80 characters.");
}
