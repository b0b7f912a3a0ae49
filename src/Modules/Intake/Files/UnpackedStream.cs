namespace Danke.Intake.Files;

/// <summary>
/// What comes out of a packed stream, watched: real data packs to a tenth or a fiftieth, and a megabyte that unpacks to a
/// gigabyte was made to harm. Reads of more than the ratio allows fail; memory is bounded by the readers in any case.
/// </summary>
internal sealed class UnpackedStream(Stream unpacked, Func<long> packedBytes) : Stream
{
    /// <summary>Below this nothing is suspected: short texts may repeat themselves.</summary>
    public const long Unsuspected = 32L << 20;

    public const int MostRatio = 200;

    private long total;

    public override int Read(byte[] buffer, int offset, int count) => Counted(unpacked.Read(buffer, offset, count));

    public override int Read(Span<byte> buffer) => Counted(unpacked.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Counted(await unpacked.ReadAsync(buffer, cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    private int Counted(int read)
    {
        total += read;
        if (total > Unsuspected && total / MostRatio > packedBytes())
            throw new FileException("unpacked_too_large", $"The packed data unpacks to more than {MostRatio} times its size. Send it unpacked when it is real.");
        return read;
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void Flush() { }
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) unpacked.Dispose();
        base.Dispose(disposing);
    }
}
