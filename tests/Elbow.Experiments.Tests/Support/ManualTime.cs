namespace Elbow.Experiments.Tests.Support;

/// <summary>A clock that stands still.</summary>
public sealed class ManualTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 1, 31, 12, 34, 56, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
