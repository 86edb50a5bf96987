namespace Elbow.Studio;

/// <summary>What a studio shows and where it listens.</summary>
public sealed record StudioOptions
{
    /// <summary>The folder of runs; nothing above it is read.</summary>
    public required string Runs { get; init; }

    /// <summary>Address to listen on. Any other than the loopback needs <see cref="Token"/>.</summary>
    public string Bind { get; init; } = "127.0.0.1";

    /// <summary>Port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>What a caller must show, as <c>Authorization: Bearer</c>, as <c>?token=</c> or as the cookie made from that. None: only this machine is served.</summary>
    public string? Token { get; init; }
}
