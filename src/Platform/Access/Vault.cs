using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Danke.Platform.Access;

/// <summary>
/// Keeps personal values out of the stores. A value is stored sealed (encrypted, the same value always to the same bytes) with a
/// keyed hash beside it for look-up; who has the database without the key can neither read nor search it.
/// The key is 32 bytes: <c>DANKE_KEY</c> (base64) or the file <c>danke.key</c> in the data directory. Losing it loses the values.
/// Safe for use by many threads.
/// </summary>
public sealed class Vault : IDisposable
{
    public const string EnvironmentName = "DANKE_KEY";
    public const string FileName = "danke.key";
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const byte Version = 1;

    // One-shot HMAC sets its key up anew for every value; a keyed instance a thread does not.
    private readonly ThreadLocal<HMACSHA256> lookUp;
    private readonly ThreadLocal<HMACSHA256> nonces;
    private readonly ThreadLocal<AesGcm> cipher;
    private readonly byte[] ledgerKey;
    private readonly byte[] tombstoneKey;

    /// <param name="key">32 random bytes.</param>
    public Vault(byte[] key)
    {
        if (key.Length != KeyBytes) throw new ArgumentException($"The data key must be {KeyBytes} bytes, not {key.Length}.", nameof(key));
        byte[] Derive(string use) => HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeyBytes, info: Encoding.ASCII.GetBytes("danke/" + use));
        byte[] lookUpKey = Derive("look-up"), nonceKey = Derive("nonce"), sealKey = Derive("seal");
        ledgerKey = Derive("ledger");
        lookUp = new(() => new HMACSHA256(lookUpKey), trackAllValues: true);
        nonces = new(() => new HMACSHA256(nonceKey), trackAllValues: true);
        cipher = new(() => new AesGcm(sealKey, TagBytes), trackAllValues: true);
        tombstoneKey = Derive("tombstone");
        Fingerprint = Convert.ToHexStringLower(Derive("fingerprint").AsSpan(0, 8));
    }

    /// <summary>Tells keys apart and says nothing of them; 16 hex digits, stored in the Books.</summary>
    public string Fingerprint { get; }

    /// <summary>
    /// The keyed hash by which an identifier is found: 63 bits of HMAC-SHA256 over namespace, scope and normalised value. Two of a
    /// billion values collide with a chance of about 5 %: callers compare the sealed value too.
    /// </summary>
    public long Key(string @namespace, string scope, string normalisedValue)
    {
        var most = Encoding.UTF8.GetMaxByteCount(@namespace.Length + scope.Length + normalisedValue.Length + 2);
        byte[]? rented = null;
        var text = most <= 1024 ? stackalloc byte[most] : rented = ArrayPool<byte>.Shared.Rent(most);
        // Neither a namespace nor a scope holds a NUL, so that no two triples give the same text.
        var length = Encoding.UTF8.GetBytes(@namespace, text);
        text[length++] = 0;
        length += Encoding.UTF8.GetBytes(scope, text[length..]);
        text[length++] = 0;
        length += Encoding.UTF8.GetBytes(normalisedValue, text[length..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        lookUp.Value!.TryComputeHash(text[..length], hash, out _);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return BinaryPrimitives.ReadInt64BigEndian(hash) & long.MaxValue;
    }

    /// <summary>The keyed hash by which the ledger's entries and lots are sealed; for one thread. The caller disposes it.</summary>
    public HMACSHA256 LedgerMac() => new(ledgerKey);

    /// <summary>
    /// What is kept of an identifier whose person was erased: HMAC-SHA256 under a key of its own, so that it tells whether a value is
    /// the one and nothing else, and cannot be put beside the look-up keys of an old backup.
    /// </summary>
    public byte[] Tombstone(string @namespace, string scope, string normalisedValue) =>
        HMACSHA256.HashData(tombstoneKey, Encoding.UTF8.GetBytes($"{@namespace}\0{scope}\0{normalisedValue}"));

    /// <summary>The same of the value alone, where nobody says what kind of identifier it is: 63 bits, and never equal to another hash of it.</summary>
    public long TombstoneOfValue(string normalisedValue) =>
        BinaryPrimitives.ReadInt64BigEndian(HMACSHA256.HashData(tombstoneKey, Encoding.UTF8.GetBytes($"\0value\0{normalisedValue}"))) & long.MaxValue;

    /// <summary>
    /// Encrypts; equal texts give equal bytes. The nonce is a keyed hash of the text (RFC 5297's idea on AES-256-GCM), so that it
    /// repeats only with the text. Layout: version 1, nonce 12, tag 16, cipher text.
    /// </summary>
    public byte[] Seal(string value)
    {
        var plain = Encoding.UTF8.GetBytes(value);
        var result = new byte[1 + NonceBytes + TagBytes + plain.Length];
        result[0] = Version;
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        nonces.Value!.TryComputeHash(plain, hash, out _);
        var nonce = result.AsSpan(1, NonceBytes);
        hash[..NonceBytes].CopyTo(nonce);
        cipher.Value!.Encrypt(nonce, plain, result.AsSpan(1 + NonceBytes + TagBytes), result.AsSpan(1 + NonceBytes, TagBytes));
        return result;
    }

    /// <summary>Decrypts what <see cref="Seal"/> made.</summary>
    /// <exception cref="CryptographicException">Sealed with another key, or damaged.</exception>
    public string Open(ReadOnlySpan<byte> @sealed)
    {
        if (@sealed.Length < 1 + NonceBytes + TagBytes || @sealed[0] != Version) throw new CryptographicException("Not a sealed value.");
        var body = @sealed[(1 + NonceBytes + TagBytes)..];
        byte[]? rented = null;
        var plain = body.Length <= 512 ? stackalloc byte[body.Length] : (rented = ArrayPool<byte>.Shared.Rent(body.Length)).AsSpan(0, body.Length);
        try
        {
            cipher.Value!.Decrypt(@sealed.Slice(1, NonceBytes), body, @sealed.Slice(1 + NonceBytes, TagBytes), plain);
            return Encoding.UTF8.GetString(plain);
        }
        finally
        {
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    /// <summary>What a caller without <see cref="Scopes.PersonsReveal"/> sees: 138****8000, a***@b.com, 张*, AA***9.</summary>
    public static string Mask(string @namespace, string value) => Masking.Mask(@namespace, value);

    /// <summary>The key from the environment or the key file; null when there is neither.</summary>
    /// <exception cref="InvalidDataException">There is a key and it is not one.</exception>
    public static Vault? Find(string dataDirectory, Func<string, string?> environment)
    {
        if (environment(EnvironmentName) is { Length: > 0 } given) return new Vault(Parse(given, EnvironmentName));
        var path = Path.Combine(dataDirectory, FileName);
        return File.Exists(path) ? new Vault(Parse(File.ReadAllText(path), path)) : null;
    }

    /// <summary>Makes a new key and keeps it in the data directory, readable by its owner only.</summary>
    public static Vault Create(string dataDirectory)
    {
        Directory.CreateDirectory(dataDirectory);
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(Path.Combine(dataDirectory, FileName), options))
        {
            file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(key) + "\n"));
            file.Flush(flushToDisk: true);
        }
        return new Vault(key);
    }

    private static byte[] Parse(string text, string from)
    {
        var key = new byte[KeyBytes + 16];
        if (!Convert.TryFromBase64String(text.Trim(), key, out var length) || length != KeyBytes)
            throw new InvalidDataException($"{from} does not hold a data key: 32 bytes in base64 are wanted (openssl rand -base64 32).");
        return key[..KeyBytes];
    }

    public void Dispose()
    {
        foreach (var each in lookUp.Values.Concat(nonces.Values)) each.Dispose();
        foreach (var each in cipher.Values) each.Dispose();
        lookUp.Dispose();
        nonces.Dispose();
        cipher.Dispose();
    }
}
