using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Danke.Platform.Access;

/// <summary>
/// Keeps personal values out of the stores. A value is stored sealed (encrypted, the same value always to the same bytes) with a
/// keyed hash beside it for look-up; who has the database without the key can neither read nor search it.
/// The key is 32 bytes: <c>DANKE_KEY</c> (base64) or the file <c>danke.key</c> in the data directory. Losing it loses the values.
/// Look-up, the ledger's seals and tombstones hang on that first key for ever. What values are encrypted with can be changed: further lines
/// <c>seal 2 BASE64</c> hold newer keys, and every sealed value says by which it was sealed. Safe for use by many threads.
/// </summary>
public sealed class Vault : IDisposable
{
    public const string EnvironmentName = "DANKE_KEY";
    public const string FileName = "danke.key";
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    /// <summary>The number of the key that is made from the first one; also the first byte of what it sealed.</summary>
    public const int FirstSeal = 1;

    private const int LastSeal = byte.MaxValue;

    // One-shot HMAC sets its key up anew for every value; a keyed instance a thread does not.
    private readonly ThreadLocal<HMACSHA256> lookUp;
    private readonly ThreadLocal<Sealer?[]> sealers;
    private volatile Dictionary<int, byte[]> seals = [];
    private volatile int sealNumber = FirstSeal;
    private readonly byte[] ledgerKey;
    private readonly byte[] tombstoneKey;
    private readonly byte[] memberCodeKey;

    /// <param name="key">32 random bytes.</param>
    public Vault(byte[] key)
    {
        if (key.Length != KeyBytes) throw new ArgumentException($"The data key must be {KeyBytes} bytes, not {key.Length}.", nameof(key));
        byte[] Derive(string use) => HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeyBytes, info: Encoding.ASCII.GetBytes("danke/" + use));
        var lookUpKey = Derive("look-up");
        ledgerKey = Derive("ledger");
        lookUp = new(() => new HMACSHA256(lookUpKey), trackAllValues: true);
        sealers = new(() => new Sealer?[LastSeal + 1], trackAllValues: true);
        seals = new Dictionary<int, byte[]> { [FirstSeal] = key };
        tombstoneKey = Derive("tombstone");
        memberCodeKey = Derive("member-code");
        Fingerprint = Convert.ToHexStringLower(Derive("fingerprint").AsSpan(0, 8));
    }

    /// <summary>One key's way to encrypt, for one thread.</summary>
    private sealed class Sealer(byte[] key) : IDisposable
    {
        public HMACSHA256 Nonces { get; } = new(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeyBytes, info: "danke/nonce"u8.ToArray()));
        public AesGcm Cipher { get; } = new(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeyBytes, info: "danke/seal"u8.ToArray()), TagBytes);

        public void Dispose()
        {
            Nonces.Dispose();
            Cipher.Dispose();
        }
    }

    private Sealer? SealerOf(int number) =>
        sealers.Value![number] ?? (seals.TryGetValue(number, out var key) || (Reload() && seals.TryGetValue(number, out key)) ? sealers.Value[number] = new Sealer(key) : null);

    /// <summary>Where the key lies; null when it came from the environment.</summary>
    public string? File { get; private init; }

    /// <summary>By which key values are sealed from now on.</summary>
    public int SealNumber => sealNumber;

    /// <summary>The newest key that is here, in use or not.</summary>
    public int NewestSeal => seals.Keys.Max();

    /// <summary>Values are sealed by this key from now on; false when it is not here.</summary>
    public bool UseSeal(int number)
    {
        if (SealerOf(number) is null) return false;
        sealNumber = number;
        return true;
    }

    // Two threads may meet two newer keys at once: the newest stays.
    private void RaiseTo(int number)
    {
        for (var known = sealNumber; known < number; known = sealNumber)
            if (Interlocked.CompareExchange(ref sealNumber, number, known) == known) return;
    }

    /// <summary>Looks into the key file for keys that were put there since.</summary>
    public bool Reload()
    {
        if (File is null || !System.IO.File.Exists(File)) return false;
        var read = Read(System.IO.File.ReadAllText(File), File);
        if (!read[FirstSeal].AsSpan().SequenceEqual(seals[FirstSeal])) return false;
        seals = read;
        return true;
    }

    /// <summary>Makes one more key to seal by and writes it to the key file; it is not used before <see cref="UseSeal"/>.</summary>
    /// <exception cref="InvalidOperationException">The key is not in a file.</exception>
    public int AddSeal()
    {
        if (File is null) throw new InvalidOperationException("The key is not in a file.");
        Reload();
        var number = NewestSeal + 1;
        if (number > LastSeal) throw new InvalidOperationException("There are no more numbers for keys.");
        var text = System.IO.File.ReadAllText(File).TrimEnd() + $"\nseal {number} {Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes))}\n";
        WriteDurably(File + ".new", text);
        System.IO.File.Move(File + ".new", File, overwrite: true);
        Reload();
        return number;
    }

    /// <summary>By which key a value was sealed.</summary>
    public static int SealOf(ReadOnlySpan<byte> @sealed) => @sealed[0];

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
    /// The key under which all member codes of one program and day are made and verified. From it nothing follows of the data key, of other uses
    /// or of other days: a till may have it.
    /// </summary>
    public byte[] MemberCodeKey(string program, long day) => HMACSHA256.HashData(memberCodeKey, Encoding.UTF8.GetBytes($"{program}\0{day}"));

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
    /// repeats only with the text. Layout: the key's number 1, nonce 12, tag 16, cipher text.
    /// </summary>
    public byte[] Seal(string value)
    {
        var plain = Encoding.UTF8.GetBytes(value);
        var result = new byte[1 + NonceBytes + TagBytes + plain.Length];
        var number = sealNumber;
        var sealer = SealerOf(number)!;
        result[0] = (byte)number;
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        sealer.Nonces.TryComputeHash(plain, hash, out _);
        var nonce = result.AsSpan(1, NonceBytes);
        hash[..NonceBytes].CopyTo(nonce);
        sealer.Cipher.Encrypt(nonce, plain, result.AsSpan(1 + NonceBytes + TagBytes), result.AsSpan(1 + NonceBytes, TagBytes));
        return result;
    }

    /// <summary>
    /// Decrypts what <see cref="Seal"/> made. Who meets a value that another node sealed by a newer key has heard of that key, and seals by it from then on: nodes
    /// that read what a rotation wrote do not go on writing what it has to do again.
    /// </summary>
    /// <exception cref="CryptographicException">Sealed with another key, or damaged.</exception>
    public string Open(ReadOnlySpan<byte> @sealed)
    {
        if (@sealed.Length < 1 + NonceBytes + TagBytes || @sealed[0] == 0) throw new CryptographicException("Not a sealed value.");
        var sealer = SealerOf(@sealed[0]) ?? throw new CryptographicException($"Sealed by key {@sealed[0]}, which is not here: the line 'seal {@sealed[0]} …' of {FileName} is wanted.");
        var body = @sealed[(1 + NonceBytes + TagBytes)..];
        byte[]? rented = null;
        var plain = body.Length <= 512 ? stackalloc byte[body.Length] : (rented = ArrayPool<byte>.Shared.Rent(body.Length)).AsSpan(0, body.Length);
        try
        {
            sealer.Cipher.Decrypt(@sealed.Slice(1, NonceBytes), body, @sealed.Slice(1 + NonceBytes, TagBytes), plain);
            // Only now: a forged or damaged value says nothing.
            if (@sealed[0] > sealNumber) RaiseTo(@sealed[0]);
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
        if (environment(EnvironmentName) is { Length: > 0 } given) return Of(Read(given, EnvironmentName), null);
        var path = Path.Combine(dataDirectory, FileName);
        return System.IO.File.Exists(path) ? Of(Read(System.IO.File.ReadAllText(path), path), path) : null;
    }

    /// <summary>Makes a new key and keeps it in the data directory, readable by its owner only.</summary>
    public static Vault Create(string dataDirectory)
    {
        Directory.CreateDirectory(dataDirectory);
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        var path = Path.Combine(dataDirectory, FileName);
        WriteDurably(path, Convert.ToBase64String(key) + "\n", FileMode.CreateNew);
        return new Vault(key) { File = path };
    }

    private static void WriteDurably(string path, string text, FileMode mode = FileMode.Create)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(text));
        file.Flush(flushToDisk: true);
    }

    private static Vault Of(Dictionary<int, byte[]> keys, string? file) => new(keys[FirstSeal]) { File = file, seals = keys };

    // The first key alone on its line, then "seal NUMBER KEY"; in the environment the lines are parted by semicolons.
    private static Dictionary<int, byte[]> Read(string text, string from)
    {
        var keys = new Dictionary<int, byte[]>();
        foreach (var line in text.Split(['\n', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts is [var first] && keys.Count == 0) keys[FirstSeal] = Parse(first, from);
            else if (parts is ["seal", var number, var key] && int.TryParse(number, out var n) && n is > FirstSeal and <= LastSeal && keys.Count > 0) keys[n] = Parse(key, from);
            else throw new InvalidDataException($"{from} has a line that is no key: first the data key, then 'seal NUMBER KEY'.");
        }
        return keys.Count > 0 ? keys : throw new InvalidDataException($"{from} does not hold a data key: 32 bytes in base64 are wanted (openssl rand -base64 32).");
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
        foreach (var each in lookUp.Values) each.Dispose();
        foreach (var each in sealers.Values.SelectMany(s => s)) each?.Dispose();
        lookUp.Dispose();
        sealers.Dispose();
    }
}
