using System.Data.Common;
using Danke.Platform.Books;

namespace Danke.Platform.Access;

/// <summary>A person at the screens.</summary>
/// <param name="Name">By which they sign in: lower-case letters, digits, dot, dash, underscore.</param>
/// <param name="Title">How screens show them.</param>
internal sealed record User(
    string Name, string Title, string Role, string PasswordHash, bool MustChangePassword, bool Disabled, long CreatedAtMs, string CreatedBy, long PasswordAtMs, long? SignedInAtMs);

/// <summary>The users table.</summary>
internal static class Users
{
    private const string Select = """
        select name, title, role, password_hash, must_change_password, disabled, created_at_ms, created_by, password_at_ms, signed_in_at_ms from users
        """;

    public static async Task<User?> Find(BooksStore books, string name) =>
        (await books.Read($"{Select} where name = @name", From, [("name", name)])).FirstOrDefault();

    public static async Task<User?> Find(BooksTransaction books, string name) =>
        (await books.Read($"{Select} where name = @name {{for update}}", From, ("name", name))).FirstOrDefault();

    public static Task<List<User>> All(BooksStore books) => books.Read($"{Select} order by name", From);

    /// <summary>Adds a user; false when the name is taken.</summary>
    public static async Task<bool> Add(BooksTransaction books, User user) => await books.Execute("""
        insert into users (name, title, role, password_hash, must_change_password, disabled, created_at_ms, created_by, password_at_ms)
        values (@name, @title, @role, @hash, @must, 0, @created, @by, @created) on conflict (name) do nothing
        """,
        ("name", user.Name), ("title", user.Title), ("role", user.Role), ("hash", user.PasswordHash), ("must", user.MustChangePassword ? 1L : 0L),
        ("created", user.CreatedAtMs), ("by", user.CreatedBy)) == 1;

    /// <summary>Replaces what can change of a user.</summary>
    public static Task Save(BooksTransaction books, User user) => books.Execute("""
        update users set title = @title, role = @role, password_hash = @hash, must_change_password = @must, disabled = @disabled,
          password_at_ms = @password_at, signed_in_at_ms = nullif(@signed_in, 0) where name = @name
        """,
        ("title", user.Title), ("role", user.Role), ("hash", user.PasswordHash), ("must", user.MustChangePassword ? 1L : 0L),
        ("disabled", user.Disabled ? 1L : 0L), ("password_at", user.PasswordAtMs), ("signed_in", user.SignedInAtMs ?? 0L), ("name", user.Name));

    /// <summary>How many could still administrate if this one could not. Locks the admins, so that two cannot remove each other.</summary>
    public static async Task<int> OtherAdmins(BooksTransaction books, string name) =>
        (await books.Read("select name from users where role = @role and disabled = 0 {for update}", r => r.GetString(0), ("role", Roles.Admin))).Count(n => n != name);

    private static User From(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4) != 0, row.GetInt64(5) != 0,
        row.GetInt64(6), row.GetString(7), row.GetInt64(8), row.LongOrNull(9));
}
