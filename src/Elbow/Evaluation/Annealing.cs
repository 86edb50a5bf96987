namespace Elbow.Evaluation;

/// <summary>Where the path to the posterior begins.</summary>
public enum AnnealFrom
{
    /// <summary>p(z): owes nothing to the encoder, and works without a density of one.</summary>
    Prior,
    /// <summary>q(z|x): a shorter way where the encoder is good.</summary>
    Posterior,
}

/// <summary>How <see cref="AnnealedImportanceSampling"/> goes from its start to p(z|x).</summary>
/// <param name="Steps">T: intermediate distributions; 1 is importance sampling with the start as proposal.</param>
/// <param name="Chains">C: independent chains for each example.</param>
/// <param name="Leapfrogs">Leapfrog steps in one transition.</param>
/// <param name="From">Where the path begins.</param>
/// <param name="TargetAcceptance">The acceptance that step sizes are tuned to.</param>
public sealed record Annealing(int Steps = 1000, int Chains = 16, int Leapfrogs = 10, AnnealFrom From = AnnealFrom.Prior, double TargetAcceptance = 0.65)
{
    // Slope of the sigmoid: Wu et al. 2017, section 6.2.
    private const double Slope = 4;

    /// <summary>β at a share of the way from 0 to 1: a sigmoid, which goes slowly where distributions change fast, at both ends.</summary>
    /// <remarks>β(u) = (s(u) − s(0))/(s(1) − s(0)), s(u) = 1/(1 + e^{−4(2u − 1)}).</remarks>
    /// <param name="share">u = t/T.</param>
    public static double Beta(double share)
    {
        var (first, last) = (Sigmoid(0), Sigmoid(1));
        // The ends exactly: the weights add up differences of β to 1.
        return share <= 0 ? 0 : share >= 1 ? 1 : (Sigmoid(share) - first) / (last - first);
    }

    internal double Beta(int t) => Beta((double)t / Steps);

    /// <exception cref="ArgumentOutOfRangeException">A count is below 1, or the acceptance is none.</exception>
    internal void MustBeSound()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1, nameof(Steps));
        ArgumentOutOfRangeException.ThrowIfLessThan(Chains, 1, nameof(Chains));
        ArgumentOutOfRangeException.ThrowIfLessThan(Leapfrogs, 1, nameof(Leapfrogs));
        if (TargetAcceptance is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(TargetAcceptance), TargetAcceptance, "an acceptance lies between 0 and 1");
    }

    private static double Sigmoid(double share) => 1 / (1 + Math.Exp(-Slope * (2 * share - 1)));
}
