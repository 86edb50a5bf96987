using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>What the mixture priors share.</summary>
internal static class Components
{
    /// <summary>p(z) = Σ_k w_k p_k(z), of whole vectors z.</summary>
    /// <param name="logWeights">log w up to a constant, (K).</param>
    /// <param name="components">Batch (K), events (L).</param>
    /// <param name="notebookCompatible">
    /// Π_i Σ_k w_k N(z_i; m_ki, s_ki²) instead: the product of one-dimensional mixtures that a published notebook trained. It integrates to
    /// 1 and is another density.
    /// </param>
    internal static IDistribution Mix(Tensor logWeights, IDistribution components, bool notebookCompatible)
    {
        if (!notebookCompatible) return new Mixture(logWeights, components);
        if (components is not Normal normal)
            throw new ArgumentException("notebookCompatible takes Gaussian components apart into coordinates, which needs diagonal covariances: set it to false");
        var mean = normal.Mean;
        var byCoordinate = Normal.FromLogVar(mean.T, normal.LogVar.Expand(mean.Shape).T, eventAxes: 0);
        return new Independent(new Mixture(logWeights.Expand(mean.Shape[1], mean.Shape[0]), byCoordinate), 1);
    }

    /// <summary>Clamps log-variances to ±limit.</summary>
    internal static Tensor Clamped(Tensor logVar, double? limit) => limit is { } most ? logVar.Clamp(-most, most) : logVar;

    /// <summary>Refuses an encoder that gives no density, and components that the notebook's product form cannot take apart.</summary>
    internal static void MustMix(IDistribution encoded, bool notebookCompatible)
    {
        if (encoded is Point) throw new ArgumentException("a prior of encoded pseudo-inputs needs an encoder with a density, and this one gives points: set model.posterior.kind to diagonalNormal or fullNormal");
        if (notebookCompatible && encoded is not Normal) throw new ArgumentException("notebookCompatible needs diagonal covariances: set model.posterior.kind to diagonalNormal, or notebookCompatible to false");
    }
}
