namespace Elbow.Diagnostics;

/// <summary>The quantities of the whole latent vector; the equations are those of <see cref="Anatomy"/>.</summary>
public sealed record AnatomyTerms
{
    private const string ClosedForm = "closed form, mean over the evaluated examples", Mixture = "mixture of all posteriors at z ~ q(z|x); lower: own posterior in it, upper: left out", HeldOut = "mixture of the other examples at z ~ q(z|x)";

    private AnatomyTerms() { }

    /// <summary>E KL(q(z|x) ‖ p).</summary>
    public required Quantity Kl { get; init; }

    /// <summary>H[q(z|x)].</summary>
    public required Quantity EntropyConditional { get; init; }

    /// <summary>H[q(z), p].</summary>
    public required Quantity CrossEntropy { get; init; }

    /// <summary>H[q(z)].</summary>
    public required Quantity EntropyAggregate { get; init; }

    /// <summary>I(x;z) ≤ log N.</summary>
    public required Quantity MutualInformation { get; init; }

    /// <summary>KL(q(z) ‖ p).</summary>
    public required Quantity MarginalKl { get; init; }

    /// <summary>TC(z); null when the prior's latents depend on each other: the split of the marginal divergence then has no such term.</summary>
    public required Quantity? TotalCorrelation { get; init; }

    /// <summary>Σ_j KL(q(z_j) ‖ p(z_j)); null when the prior's latents depend on each other.</summary>
    public required Quantity? DimensionwiseKl { get; init; }

    internal static AnatomyTerms Of(AnatomyPoints p, LatentPrior prior)
    {
        var closed = prior.Gaussian is not null;
        var mixture = p.Held ? HeldOut : Mixture;
        string low = p.Held ? "high: the entropy is a cross-entropy with the mixture of the other examples" : "none for these examples; low for their population",
            high = p.Held ? "low, as the entropy is high" : "none for these examples; high for their population";
        var (with, without) = (p.Density.WithOfEach, p.Density.WithoutOfEach);
        return new AnatomyTerms
        {
            Kl = Quantity.Of(p.Mean(i => p.Kl[i]), closed ? ClosedForm : "log q(z|x) - log p(z) at z ~ q(z|x)", "none"),
            EntropyConditional = Quantity.Of(p.Mean(i => p.Entropy[i]), ClosedForm, "none"),
            CrossEntropy = Quantity.Of(p.Mean(p.CrossEntropy), closed ? ClosedForm : "KL + H[q(z|x)]", "none"),
            EntropyAggregate = Bracketed(p.AggregateEntropy, p.AggregateEntropy, i => p.Entropy[i] + p.InformationWithout(i), $"H[q(z|x)] + I; {mixture}", low),
            MutualInformation = Bracketed(p.Information, p.Information, p.InformationWithout, mixture, low),
            MarginalKl = Bracketed(p.MarginalKl, i => p.Density.Without[i] - p.LogPrior[i], p.MarginalKl, mixture, high),
            TotalCorrelation = !prior.Factorises ? null : Bracketed(
                p.TotalCorrelation, i => p.Density.Without[i] - p.Row(with, i).Sum(), i => p.Density.With[i] - p.Row(without, i).Sum(), mixture, high),
            DimensionwiseKl = !prior.Factorises ? null : Bracketed(p.DimensionwiseKl, i => p.Row(without, i).Sum() - p.LogPrior[i], p.DimensionwiseKl, mixture, high),
        };

        Quantity Bracketed(Func<int, double> value, Func<int, double> lower, Func<int, double> upper, string estimator, string bias) =>
            Quantity.Of(p.Mean(value), estimator, bias, p.Held ? null : p.Mean(lower).Value, p.Held ? null : p.Mean(upper).Value);
    }
}
