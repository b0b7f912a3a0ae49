using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;

namespace Danke.Platform.Access;

/// <summary>Hashing (the framework's PBKDF2), making and judging of passwords.</summary>
internal static class Passwords
{
    /// <summary>What a person chooses has at least so many characters; length is what counts (NIST SP 800-63B).</summary>
    public const int ShortestLength = 10;

    /// <summary>Hashing more than this would only burn time.</summary>
    public const int LongestLength = 256;

    private static readonly PasswordHasher<object> Hasher = new();
    private static readonly string NobodysHash = Hasher.HashPassword(Hasher, RandomNumberGenerator.GetHexString(32));

    // Without the letters that are read wrongly.
    private const string OneTimeLetters = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    public static string Hash(string password) => Hasher.HashPassword(Hasher, password);

    /// <summary>Takes as long for a user who does not exist as for one who does.</summary>
    public static bool Fits(User? user, string password) =>
        password.Length <= LongestLength
        && Hasher.VerifyHashedPassword(Hasher, user?.PasswordHash ?? NobodysHash, password) != PasswordVerificationResult.Failed
        && user is not null;

    /// <summary>Four groups of four: 93 bits.</summary>
    public static string NewOneTime() => string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(OneTimeLetters, 4)));

    /// <summary>What is wrong with a password that a person chose; null when nothing.</summary>
    public static string? Objection(string password, string userName) => password switch
    {
        { Length: < ShortestLength } => $"A password has at least {ShortestLength} characters.",
        { Length: > LongestLength } => $"A password has at most {LongestLength} characters.",
        _ when password.Contains(userName, StringComparison.OrdinalIgnoreCase) => "A password does not contain the user name.",
        _ when password.Distinct().Count() < 5 => "A password has at least five different characters.",
        _ when IsRun(password) => "A password is not one run of the keyboard or the alphabet.",
        _ => null,
    };

    private static bool IsRun(string password) =>
        new[] { "01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "passwordpassword", "password1234567890", "dankedankedanke" }
            .Any(run => run.Contains(password, StringComparison.OrdinalIgnoreCase));
}
