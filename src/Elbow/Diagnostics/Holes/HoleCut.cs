namespace Elbow.Diagnostics;

/// <summary>A share of n independent draws with its standard error, which is never 0: (k + ½)/(n + 1) takes the place of k/n there.</summary>
internal static class Share
{
    internal static Estimate Of(int count, int n)
    {
        var smooth = (count + 0.5) / (n + 1);
        return new Estimate((double)count / n, Math.Sqrt(smooth * (1 - smooth) / n));
    }
}

/// <summary>The threshold of the log-ratio, and what lies below it of the prior and of q.</summary>
/// <remarks>
/// A calibrated threshold is a sample quantile: its rank scatters by √(Mα(1 − α)), and half of what the prior mass changes between the quantiles at one such
/// deviation below and above is the error that comes from it (Woodruff 1952). It adds to that of the share in squares.
/// </remarks>
internal readonly record struct Cut(double Threshold, Estimate PriorMass, Estimate OwnMass)
{
    internal static Cut Of(double[] ofPrior, double[] ofOwn, HoleOptions options)
    {
        var (prior, own) = (Sorted(ofPrior), Sorted(ofOwn));
        if (options.Threshold is { } given) return new Cut(given, Share.Of(Below(prior, given), prior.Length), Share.Of(Below(own, given), own.Length));
        var rank = options.OwnMass * own.Length;
        var scatter = Math.Sqrt(rank * (1 - options.OwnMass));
        var threshold = At(rank);
        var share = Share.Of(Below(prior, threshold), prior.Length);
        var ofThreshold = 0.5 * (Below(prior, At(rank + scatter)) - Below(prior, At(rank - scatter))) / prior.Length;
        return new Cut(threshold, new Estimate(share.Value, Math.Sqrt(share.StandardError * share.StandardError + ofThreshold * ofThreshold)), Share.Of(Below(own, threshold), own.Length));

        double At(double position) => own[Math.Clamp((int)Math.Round(position), 0, own.Length - 1)];
    }

    private static double[] Sorted(double[] values)
    {
        var sorted = (double[])values.Clone();
        Array.Sort(sorted);
        return sorted;
    }

    // How many lie below: of equal values none.
    private static int Below(double[] sorted, double threshold)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < threshold) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
