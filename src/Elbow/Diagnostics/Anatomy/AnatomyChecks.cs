using Elbow.Experiments;

namespace Elbow.Diagnostics;

/// <summary>What must hold of an anatomy. A value outside is an error, not a number.</summary>
/// <remarks>
/// Certain, to rounding: every number is finite; I(x;z) and every I(z_j;x) ≤ log N of their mixture; a divergence in closed form is ≥ 0; Bhattacharyya's bound
/// lies below Kolchinsky and Tracey's; the rows of the ELBO that use the same estimates agree. Statistical, tested at six standard errors of the
/// difference and from 100 examples on, where such an error is known: I, TC, KL(q(z) ‖ p), Σ_j KL(q(z_j) ‖ p) and every I(z_j;x) are ≥ 0 and
/// I(z_j;x) ≤ I(x;z); H[q(z)] with the own posterior is not above that without; I(x;z) lies between its pairwise bounds; rows with
/// the divergence in closed form agree with those that have it at samples.
/// </remarks>
internal static class AnatomyChecks
{
    private const double Errors = 6;
    private const int Known = 100;

    internal static void Run(Anatomy anatomy, AnatomyPoints p, LatentPrior prior)
    {
        var statistical = Math.Min(p.Count, anatomy.Examples) >= Known;
        Finite(anatomy, p);
        var ceiling = Math.Log(anatomy.MixtureSize);
        if (!p.Held)
        {
            AtMost("I(x;z)", anatomy.Terms.MutualInformation.Value, ceiling, $"log N = {ceiling:F4}, the most that {anatomy.MixtureSize} posteriors can tell apart");
            foreach (var latent in anatomy.PerLatent) AtMost($"I(z_{latent.Index};x)", latent.MutualInformation.Value, ceiling, $"log N = {ceiling:F4}");
            AtMost("the pairwise lower bound of I(x;z)", anatomy.Pairwise!.Lower.Value, anatomy.Pairwise.Upper.Value, $"the upper bound {anatomy.Pairwise.Upper.Value:F4}");
        }
        if (prior.Gaussian is not null) AtMost("-KL(q(z|x) || p)", -anatomy.Terms.Kl.Value, 0, "0");
        Rows(anatomy, p, statistical);
        if (!statistical) return;
        NotNegative("KL(q(z) || p)", p.Mean(p.MarginalKl), p.Held);
        NotNegative("I(x;z)", p.Mean(p.Information), p.Held);
        NotNegative("the entropy of q(z) without the own posterior, less that with it,", p.Mean(i => p.Density.With[i] - p.Density.Without[i]), p.Held);
        if (p.Held) return;
        NotNegative("TC(z)", p.Mean(p.TotalCorrelation), false);
        if (prior.Factorises) NotNegative("sum KL(q(z_j) || p)", p.Mean(p.DimensionwiseKl), false);
        for (var j = 0; j < p.L; j++) Latent(p, j);
        var bounds = anatomy.Pairwise!;
        Between("I(x;z)", anatomy.Terms.MutualInformation, bounds);
    }

    private static void Latent(AnatomyPoints p, int j)
    {
        double Of(int i) => p.Density.OwnOfEach[i * p.L + j] - p.Density.WithOfEach[i * p.L + j];
        NotNegative($"I(z_{j};x)", p.Mean(Of), false);
        NotNegative($"I(x;z) - I(z_{j};x)", p.Mean(i => p.Information(i) - Of(i)), false);
    }

    private static void Finite(Anatomy anatomy, AnatomyPoints p)
    {
        (string Name, double[]? Values)[] all = [("log q(z)", p.Density.With), ("log p(z)", p.LogPrior), ("KL(q(z|x) || p)", p.Kl), ("log p(x|z)", p.Reconstruction), ("H[p(x|z)]", p.DecoderEntropy)];
        foreach (var (name, values) in all)
        {
            var at = values is null ? -1 : Array.FindIndex(values, value => !double.IsFinite(value));
            if (at < 0) continue;
            throw new RunFailedException(
                $"{name} of example {p.Density.Codes[at]} is {values![at]}",
                p.Held && name == "log q(z)" ? $"its posterior lies where none of the {anatomy.MixtureSize} posteriors of the mixture has any mass: use the mixture of its own split" : "look at the posterior, the data and the decoder of this example");
        }
    }

    private static void Rows(Anatomy anatomy, AnatomyPoints p, bool statistical)
    {
        var rows = anatomy.Decompositions.Where(row => row.Sum is not null).ToList();
        var (closed, sampled) = (rows.Where(row => !AtSamples(row.Name)).ToList(), rows.Where(row => AtSamples(row.Name)).ToList());
        foreach (var group in new[] { closed, sampled })
        {
            foreach (var row in group) Same(group[0], row, 1e-9 * Scale(row));
        }
        if (!statistical || sampled is not [var one, ..]) return;
        var difference = p.Mean(i => p.Kl[i] - (p.Density.Own[i] - p.LogPrior[i]));
        Same(closed[0], one, Errors * difference.StandardError + 1e-9 * Scale(one));
    }

    private static bool AtSamples(string row) => row is Decompositions.TotalCorrelation or Decompositions.Corex;

    private static double Scale(Decomposition row) => 1 + row.Terms.Max(term => Math.Abs(term.Value.Value));

    private static void Same(Decomposition a, Decomposition b, double tolerance)
    {
        var (x, y) = (a.Sum!.Value.Value, b.Sum!.Value.Value);
        if (Math.Abs(x - y) > tolerance) throw Fault($"the ELBO is {x:R} by '{a.Name}' and {y:R} by '{b.Name}', which may differ by {tolerance:G3}");
    }

    private static void AtMost(string name, double value, double bound, string what)
    {
        if (value > bound + 1e-9 * (1 + Math.Abs(bound))) throw Fault($"{name} is {value:R}, above {what}");
    }

    // With a held-out mixture only the divergence of q from another density is sure: none of these is an information of one mixture.
    private static void NotNegative(string name, Estimate estimate, bool held)
    {
        if (!held && estimate.Value < -Errors * estimate.StandardError - 1e-9) throw Fault($"{name} is {estimate.Value:G6} ± {estimate.StandardError:G3}, and cannot be below 0");
    }

    private static void Between(string name, Quantity value, PairwiseInformation bounds)
    {
        var below = Errors * (value.StandardError + bounds.Lower.StandardError) + 1e-9;
        var above = Errors * (value.StandardError + bounds.Upper.StandardError) + 1e-9;
        if (value.Value < bounds.Lower.Value - below || value.Value > bounds.Upper.Value + above)
            throw Fault($"{name} is {value.Value:G6} ± {value.StandardError:G3}, outside its pairwise bounds {bounds.Lower.Value:G6} and {bounds.Upper.Value:G6}");
    }

    private static RunFailedException Fault(string what) => new(what, "keep these inputs and report them: no posteriors and no prior can do this, so it is a fault of Elbow or of a log-density it was given");
}
