using System.Formats.Tar;
using System.Net;
using System.Net.Sockets;
using Elbow.Data;
using Elbow.Experiments;

namespace Elbow.Tests.Data.Known;

public sealed class DataDownloaderTests
{
    private static readonly byte[] Contents = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7 / 3))];

    [Fact]
    public async Task GetAsync_WholeAnswer_StoresTheFile()
    {
        using var folder = new TemporaryFolder();
        using var server = new Server(Contents);
        await Downloader().GetAsync(Toy.Set(Contents, server.Address), folder.Path);
        Assert.Equal(Contents, File.ReadAllBytes(folder.File("set/a.bin")));
        Assert.False(File.Exists(folder.File("set/a.bin.part")));
    }

    [Fact]
    public async Task GetAsync_ConnectionBreaks_ResumesWhereItStopped()
    {
        using var folder = new TemporaryFolder();
        using var server = new Server(Contents) { BreakAfter = 100_000 };
        await Downloader().GetAsync(Toy.Set(Contents, server.Address), folder.Path);
        Assert.Equal(Contents, File.ReadAllBytes(folder.File("set/a.bin")));
        Assert.Equal([null, 100_000L, 200_000L], server.Ranges);
    }

    [Fact]
    public async Task GetAsync_PartOfAnEarlierRun_IsContinued()
    {
        using var folder = new TemporaryFolder();
        using var server = new Server(Contents);
        folder.Write("set/a.bin.part", Contents.AsSpan(0, 12345));
        await Downloader().GetAsync(Toy.Set(Contents, server.Address), folder.Path);
        Assert.Equal(Contents, File.ReadAllBytes(folder.File("set/a.bin")));
        Assert.Equal([12345L], server.Ranges);
    }

    [Fact]
    public async Task GetAsync_ServerIgnoresRanges_StartsAgain()
    {
        using var folder = new TemporaryFolder();
        using var server = new Server(Contents) { IgnoreRanges = true };
        folder.Write("set/a.bin.part", new byte[500]);
        await Downloader().GetAsync(Toy.Set(Contents, server.Address), folder.Path);
        Assert.Equal(Contents, File.ReadAllBytes(folder.File("set/a.bin")));
    }

    [Fact]
    public async Task GetAsync_WrongChecksum_RemovesTheFileAndSaysSo()
    {
        using var folder = new TemporaryFolder();
        byte[] other = [.. Contents];
        other[77] ^= 1;
        using var server = new Server(other);
        var mistake = await Assert.ThrowsAsync<UserException>(() => Downloader().GetAsync(Toy.Set(Contents, server.Address), folder.Path));
        Assert.Contains("another file", mistake.What);
        Assert.Empty(Directory.GetFiles(folder.File("set")));
    }

    [Fact]
    public async Task GetAsync_FirstMirrorBad_TakesTheSecond()
    {
        using var folder = new TemporaryFolder();
        using var bad = new Server([.. Contents.Reverse()]);
        using var good = new Server(Contents);
        await Downloader().GetAsync(Toy.Set(Contents, bad.Address, good.Address), folder.Path);
        Assert.Equal(Contents, File.ReadAllBytes(folder.File("set/a.bin")));
    }

    [Fact]
    public async Task GetAsync_LongerThanTheTrueFile_IsCutOff()
    {
        using var folder = new TemporaryFolder();
        using var server = new Server([.. Contents, .. Contents]);
        var mistake = await Assert.ThrowsAsync<UserException>(() => Downloader().GetAsync(Toy.Set(Contents, server.Address), folder.Path));
        Assert.Contains("sent more than", mistake.What);
    }

    [Fact]
    public async Task GetAsync_NobodyAnswers_NamesTheReason()
    {
        using var folder = new TemporaryFolder();
        using var server = new Server(Contents) { Status = HttpStatusCode.Forbidden };
        var mistake = await Assert.ThrowsAsync<UserException>(() => Downloader().GetAsync(Toy.Set(Contents, server.Address), folder.Path));
        Assert.Contains("answered 403", mistake.What);
    }

    [Fact]
    public async Task GetAsync_FileIsThere_AsksNobody()
    {
        using var folder = new TemporaryFolder();
        using var server = new Server(Contents);
        folder.Write("set/a.bin", Contents);
        await Downloader().GetAsync(Toy.Set(Contents, server.Address), folder.Path);
        Assert.Empty(server.Ranges);
    }

    [Fact]
    public async Task GetAsync_Archive_UnpacksOnlyTheExpectedFiles()
    {
        using var folder = new TemporaryFolder();
        var archive = Archive(("../../evil", [9]), ("inner/a.bin", Contents), ("b.bin", [1, 2]));
        using var server = new Server(archive);
        var set = Toy.Archived(archive, [Toy.File("a.bin", Contents), Toy.File("b.bin", [1, 2])], server.Address);
        await Downloader().GetAsync(set, folder.Path);
        Assert.Equal(["a.bin", "b.bin"], Directory.GetFiles(folder.File("set")).Select(Path.GetFileName).Order());
        Assert.Equal(Contents, File.ReadAllBytes(folder.File("set/a.bin")));
        Assert.False(File.Exists(Path.Combine(folder.Path, "evil")));
    }

    [Fact]
    public async Task GetAsync_SetWithoutAddress_SaysWhereToPutIt()
    {
        using var folder = new TemporaryFolder();
        var mistake = await Assert.ThrowsAsync<UserException>(() => Downloader().GetAsync(Toy.Set(Contents), folder.Path));
        Assert.Contains("a.bin", mistake.Mend);
    }

    private static DataDownloader Downloader() => new(new HttpClient(), new ImpatientTime());

    private static byte[] Archive(params (string Name, byte[] Bytes)[] entries) => Some.Gzip(Some.Written(stream =>
    {
        using var tar = new TarWriter(stream, leaveOpen: true);
        foreach (var (name, bytes) in entries)
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
        }
    }));

    /// <summary>A clock whose timers fire at once: retries need no waiting.</summary>
    private sealed class ImpatientTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }

    /// <summary>Serves bytes on the loopback address, with the faults of real servers.</summary>
    private sealed class Server : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly byte[] _bytes;

        public Server(byte[] bytes)
        {
            _bytes = bytes;
            using (var probe = new TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                Address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/a.bin");
            }

            _listener.Prefixes.Add($"http://127.0.0.1:{Address.Port}/");
            _listener.Start();
            _ = ServeAsync();
        }

        public Uri Address { get; }

        public int BreakAfter { get; init; } = int.MaxValue;

        public bool IgnoreRanges { get; init; }

        public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

        /// <summary>Where each request wanted to start; null: no range asked for.</summary>
        public List<long?> Ranges { get; } = [];

        public void Dispose() => _listener.Close();

        private async Task ServeAsync()
        {
            while (_listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await _listener.GetContextAsync();
                }
                catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                Answer(context);
            }
        }

        private void Answer(HttpListenerContext context)
        {
            var range = context.Request.Headers["Range"] is { } header ? long.Parse(header["bytes=".Length..].TrimEnd('-')) : (long?)null;
            Ranges.Add(range);
            var start = IgnoreRanges ? 0 : (int)(range ?? 0);
            context.Response.StatusCode = (int)(Status == HttpStatusCode.OK && start > 0 ? HttpStatusCode.PartialContent : Status);
            if (start > 0)
            {
                context.Response.Headers["Content-Range"] = $"bytes {start}-{_bytes.Length - 1}/{_bytes.Length}";
            }

            context.Response.ContentLength64 = _bytes.Length - start;
            try
            {
                context.Response.OutputStream.Write(_bytes, start, Math.Min(BreakAfter, _bytes.Length - start));
                context.Response.OutputStream.Flush();
                if (BreakAfter < _bytes.Length - start)
                {
                    Thread.Sleep(100); // let what was sent arrive before the connection is torn down
                    context.Response.Abort();
                    return;
                }

                context.Response.Close();
            }
            catch (Exception gone) when (gone is HttpListenerException or IOException or InvalidOperationException)
            {
                context.Response.Abort(); // the client has hung up
            }
        }
    }
}
