using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>Each coordinate of a Gaussian by itself.</summary>
public static class Marginals
{
    /// <summary>Logarithms of the marginal variances, <c>(batch…, L)</c>; null for what is no Gaussian.</summary>
    /// <remarks>Equation: log Σ_jj; a covariance S Sᵀ has the sums of squares of the rows of S on its diagonal. Shapes: (batch…, L). Units: of log variance.</remarks>
    public static Tensor? LogVar(IDistribution distribution) => distribution switch
    {
        Normal normal => normal.LogVar.Expand(normal.Mean.Shape),
        FullNormal full => full.Scale.Square().Sum(-1L).Log(),
        _ => null,
    };
}
