using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>Entropies of single variables of discrete data.</summary>
public static class DataEntropy
{
    /// <summary>Σ_i H(x_i), the entropy of every column's histogram.</summary>
    /// <remarks>
    /// <para><b>Equation:</b> Σ_i − Σ_v p̂_i(v) log p̂_i(v), p̂_i(v) the share of rows whose column i has value v. <b>Shapes:</b> x <c>(N, D)</c>.
    /// <b>Units:</b> nats. <b>Biased when:</b> low, by about (levels − 1)/2N for each column (Miller 1955); 0 for a column that never changes.</para>
    /// </remarks>
    /// <param name="x">Rows of data.</param>
    /// <param name="likelihood">Says which values they take.</param>
    /// <returns>Nats; null for a likelihood of continuous data, whose entropies no histogram tells.</returns>
    public static double? OfColumns(Tensor x, LikelihoodConfig likelihood)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(likelihood);
        if (likelihood.DiscreteLevels is not { } levels) return null;
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var index = (likelihood.Support == Support.Levels ? x * (levels - 1) : x).Round();
        var total = 0.0;
        for (var level = 0; level < levels; level++)
        {
            using var one = TensorScope.Open();
            var p = index.Eq(level).To(DType.Float64).Mean(0);
            // 0 log 0 = 0.
            total -= (p * p.Clamp(1e-300).Log()).Sum().ToDouble();
        }
        return total;
    }
}
