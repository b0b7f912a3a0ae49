using System.Runtime.InteropServices;
using System.Text;

namespace Danke.InsightHost.Chdb;

/// <summary>libchdb's C interface: ClickHouse as a library. Loaded once a process.</summary>
internal sealed unsafe class ChdbLibrary
{
    private readonly delegate* unmanaged<int, byte**, void**> connect;
    private readonly delegate* unmanaged<void**, void> close;
    private readonly delegate* unmanaged<void*, byte*, nuint, byte*, nuint, byte**, nuint*, byte**, nuint*, nuint, void*> query;
    private readonly delegate* unmanaged<void*, byte*> resultError;
    private readonly delegate* unmanaged<void*, byte*> resultBuffer;
    private readonly delegate* unmanaged<void*, nuint> resultLength;
    private readonly delegate* unmanaged<void*, ulong> resultRowsRead;
    private readonly delegate* unmanaged<void*, ulong> resultRowsWritten;
    private readonly delegate* unmanaged<void*, void> destroy;

    private ChdbLibrary(nint handle)
    {
        nint Export(string name) => NativeLibrary.GetExport(handle, name);
        connect = (delegate* unmanaged<int, byte**, void**>)Export("chdb_connect");
        close = (delegate* unmanaged<void**, void>)Export("chdb_close_conn");
        query = (delegate* unmanaged<void*, byte*, nuint, byte*, nuint, byte**, nuint*, byte**, nuint*, nuint, void*>)Export("chdb_query_with_params_n");
        resultError = (delegate* unmanaged<void*, byte*>)Export("chdb_result_error");
        resultBuffer = (delegate* unmanaged<void*, byte*>)Export("chdb_result_buffer");
        resultLength = (delegate* unmanaged<void*, nuint>)Export("chdb_result_length");
        resultRowsRead = (delegate* unmanaged<void*, ulong>)Export("chdb_result_rows_read");
        resultRowsWritten = (delegate* unmanaged<void*, ulong>)Export("chdb_result_rows_written");
        destroy = (delegate* unmanaged<void*, void>)Export("chdb_destroy_query_result");
    }

    /// <exception cref="ChdbException">The library is not here or does not load.</exception>
    public static ChdbLibrary Load(string? given)
    {
        var path = given ?? Find() ?? throw new ChdbException(0,
            $"The Insight library is not installed. Run: npm ci --prefix src/InsightHost/native, or set {InsightHostOptions.LibraryVariable} to libchdb.so.");
        return NativeLibrary.TryLoad(path, out var handle)
            ? new ChdbLibrary(handle)
            : throw new ChdbException(0, $"The Insight library {path} could not be loaded.");
    }

    // Beside the program when it was installed; in the repository's node_modules when it was built there.
    private static string? Find()
    {
        var name = OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        var package = Path.Combine("node_modules", "@chdb", $"lib-{name}-{architecture}{(name == "linux" ? "-gnu" : "")}", "libchdb.so");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            foreach (var place in new[] { "libchdb.so", Path.Combine("native", package), Path.Combine("src", "InsightHost", "native", package) })
                if (Path.Combine(folder.FullName, place) is var path && File.Exists(path)) return path;
        return null;
    }

    /// <summary>A connection to the engine in this process; the first one starts it with the arguments.</summary>
    /// <exception cref="ChdbException">It cannot be opened.</exception>
    public nint Connect(params string[] arguments)
    {
        var texts = arguments.Select(a => Marshal.StringToCoTaskMemUTF8(a)).ToArray();
        try
        {
            fixed (nint* pointers = texts)
            {
                var connection = connect(texts.Length, (byte**)pointers);
                return connection is not null && *connection is not null ? (nint)connection
                    : throw new ChdbException(0, "Insight's files could not be opened. Is another process using them?");
            }
        }
        finally
        {
            foreach (var text in texts) Marshal.FreeCoTaskMem(text);
        }
    }

    public void Close(nint connection) => close((void**)connection);

    /// <summary>Runs one query to its end. The result must be destroyed.</summary>
    public nint Query(nint connection, ReadOnlySpan<byte> sql, string format, IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        var formatBytes = Encoding.UTF8.GetBytes(format);
        var names = new Texts(parameters.Select(p => p.Key));
        var values = new Texts(parameters.Select(p => p.Value));
        try
        {
            fixed (byte* text = sql, formatText = formatBytes)
            fixed (nint* name = names.Pointers, value = values.Pointers)
            fixed (nuint* nameLength = names.Lengths, valueLength = values.Lengths)
                return (nint)query(*(void**)connection, text, (nuint)sql.Length, formatText, (nuint)formatBytes.Length,
                    (byte**)name, nameLength, (byte**)value, valueLength, (nuint)parameters.Count);
        }
        finally
        {
            names.Free();
            values.Free();
        }
    }

    public string? Error(nint result) => Marshal.PtrToStringUTF8((nint)resultError((void*)result));

    public ReadOnlySpan<byte> Output(nint result) => new(resultBuffer((void*)result), checked((int)resultLength((void*)result)));

    public long RowsRead(nint result) => checked((long)resultRowsRead((void*)result));

    public long RowsWritten(nint result) => checked((long)resultRowsWritten((void*)result));

    public void Destroy(nint result) => destroy((void*)result);

    private readonly struct Texts
    {
        public readonly nint[] Pointers;
        public readonly nuint[] Lengths;

        public Texts(IEnumerable<string> texts)
        {
            var bytes = texts.Select(Encoding.UTF8.GetBytes).ToArray();
            Pointers = new nint[bytes.Length];
            Lengths = new nuint[bytes.Length];
            for (var i = 0; i < bytes.Length; i++)
            {
                Pointers[i] = Marshal.AllocCoTaskMem(bytes[i].Length + 1);
                Marshal.Copy(bytes[i], 0, Pointers[i], bytes[i].Length);
                Marshal.WriteByte(Pointers[i], bytes[i].Length, 0);
                Lengths[i] = (nuint)bytes[i].Length;
            }
        }

        public void Free()
        {
            foreach (var pointer in Pointers) Marshal.FreeCoTaskMem(pointer);
        }
    }
}
