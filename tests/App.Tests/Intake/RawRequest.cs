using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Danke.App.Tests.Fixtures;

namespace Danke.App.Tests.Intake;

/// <summary>
/// <c>POST /v1/events</c> over a bare connection, with a body in chunks: to send and read in the order that a test wants, which an
/// <see cref="HttpClient"/> does not do on HTTP/1.1.
/// </summary>
internal sealed class RawRequest : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TcpClient socket = new();
    private readonly CancellationTokenSource over = new(Patience);
    private readonly MemoryStream received = new();
    private NetworkStream stream = null!;
    private Task dripping = Task.CompletedTask;

    public static async Task<RawRequest> Begin(DankeApp app, string contentType)
    {
        var request = new RawRequest();
        await request.socket.ConnectAsync(app.Url.Host, app.Url.Port, request.over.Token);
        request.stream = request.socket.GetStream();
        await request.Write($"POST /v1/events HTTP/1.1\r\nHost: {app.Url.Authority}\r\nConnection: close\r\nAuthorization: {app.Client.DefaultRequestHeaders.Authorization}\r\n"
            + $"Content-Type: {contentType}\r\nTransfer-Encoding: chunked\r\n\r\n");
        return request;
    }

    public Task Send(string text) => Write($"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n");

    public Task EndBody() => Write("0\r\n\r\n");

    /// <summary>Sends the text again and again, slowly, until the server has had enough.</summary>
    public void Drip(string text) => dripping = Task.Run(async () =>
    {
        try
        {
            while (true)
            {
                await Send(text);
                await Task.Delay(20, over.Token);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The server closed the connection, or the test is over.
        }
    });

    /// <summary>Reads until the answer so far holds the text.</summary>
    public async Task Until(string text)
    {
        while (!Text.Contains(text, StringComparison.Ordinal))
            if (!await ReadSome()) throw new EndOfStreamException($"The answer ended without {text}: {Text}");
    }

    /// <summary>Reads to the end.</summary>
    public async Task<(int Status, string Body)> Answer()
    {
        try
        {
            while (await ReadSome()) { }
        }
        catch (IOException) when (Text.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal))
        {
            // A reset after the whole answer: the server does not wait for a body without end.
        }
        var head = Text[..Text.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        var body = received.ToArray().AsSpan(Encoding.UTF8.GetByteCount(head) + 4);
        var isChunked = head.Contains("chunked", StringComparison.OrdinalIgnoreCase);
        return (int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture), isChunked ? Unchunked(body) : Encoding.UTF8.GetString(body));
    }

    private string Text => Encoding.UTF8.GetString(received.GetBuffer(), 0, (int)received.Length);

    private static string Unchunked(ReadOnlySpan<byte> body)
    {
        var whole = new MemoryStream();
        while (true)
        {
            var end = body.IndexOf("\r\n"u8);
            var length = int.Parse(Encoding.ASCII.GetString(body[..end]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0) return Encoding.UTF8.GetString(whole.ToArray());
            whole.Write(body.Slice(end + 2, length));
            body = body[(end + 2 + length + 2)..];
        }
    }

    private async Task<bool> ReadSome()
    {
        var buffer = new byte[64 * 1024];
        var read = await stream.ReadAsync(buffer, over.Token);
        received.Write(buffer, 0, read);
        return read > 0;
    }

    private Task Write(string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), over.Token).AsTask();

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        socket.Dispose();
        await dripping;
        over.Dispose();
    }
}
