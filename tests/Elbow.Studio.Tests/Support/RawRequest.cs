using System.Net.Sockets;
using System.Text;

namespace Elbow.Studio.Tests.Support;

/// <summary>A request as bytes, for what no client would send.</summary>
public static class RawRequest
{
    public static async Task<string> Send(Uri server, string firstLine, string? host = null)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{firstLine}\r\nHost: {host ?? server.Authority}\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
