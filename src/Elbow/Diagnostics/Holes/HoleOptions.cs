namespace Elbow.Diagnostics;

/// <summary>What counts as a hole and how closely it is looked for.</summary>
public sealed record HoleOptions
{
    /// <summary>Draws below which shares say nothing.</summary>
    public const int LeastSamples = 100;

    /// <summary>τ: a point lies in a hole where log q(z) − log p(z) is below this, nats; null for the value below which <see cref="OwnMass"/> of q lies.</summary>
    public double? Threshold { get; init; }

    /// <summary>The share of q's own held-out mass that holes may hold, when no threshold is given.</summary>
    public double OwnMass { get; init; } = 0.01;

    /// <summary>M: draws from the prior, and as many from q.</summary>
    public int Samples { get; init; } = 4096;

    /// <summary>How often q is replaced by as many codes of a perfect fit, for the null band.</summary>
    public int NullReplicates { get; init; } = 8;

    /// <summary>Draws from the prior and from q in each replicate.</summary>
    public int NullSamples { get; init; } = 1024;

    /// <summary>k of the neighbour graph that joins samples into regions.</summary>
    public int Neighbours { get; init; } = 10;

    /// <summary>Regions with fewer samples of the prior count as scattered.</summary>
    public int SmallestRegion { get; init; } = 5;

    /// <summary>How many regions are described, the largest first.</summary>
    public int Regions { get; init; } = 10;

    /// <summary>Of all draws.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Points at which q(z), or a perfect fit in its place, is evaluated in all: what progress counts.</summary>
    public int Points => 2 * (Samples + NullReplicates * NullSamples);

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Samples, LeastSamples);
        ArgumentOutOfRangeException.ThrowIfLessThan(NullSamples, LeastSamples);
        ArgumentOutOfRangeException.ThrowIfLessThan(NullReplicates, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(Neighbours, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(SmallestRegion, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Regions);
        if (!(OwnMass > 0 && OwnMass < 0.5)) throw new ArgumentOutOfRangeException(nameof(OwnMass), OwnMass, "expected a share above 0 and below 0.5");
        if (Threshold is { } threshold && !double.IsFinite(threshold)) throw new ArgumentOutOfRangeException(nameof(Threshold), threshold, "expected a finite number of nats");
    }
}
