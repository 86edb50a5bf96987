using Elbow.Data;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>Puts the first parameters of a prior where the codes are.</summary>
internal static class PriorStart
{
    private const double LeastVariance = 1e-6;

    /// <summary>Mixtures: means at spread codes, variances those of kernels at K points by Silverman's rule, K^(−2/(L + 4)) times the codes'. Gaussians: the moments.</summary>
    /// <param name="config">Which prior; others are left as they are.</param>
    /// <param name="parameters">Its parameters by name.</param>
    /// <param name="z">Draws of codes <c>(N, L)</c>.</param>
    /// <param name="seed">Chooses the codes.</param>
    internal static void AtCodes(PriorConfig config, IReadOnlyList<KeyValuePair<string, Tensor>> parameters, Tensor z, long seed)
    {
        using var frozen = Autograd.NoGrad();
        var byName = parameters.ToDictionary(StringComparer.Ordinal);
        var (N, L) = (z.Shape[0], z.Shape[1]);
        if (N < 2) return;
        var (mean, variance) = (z.Mean(0), z.Var([0]).Clamp(LeastVariance));
        switch (config)
        {
            case MixtureOfGaussians.Config mixture:
                var K = mixture.Components;
                var order = Permutation.Of((int)N, seed, 0x57A7);
                Set("means", z.IndexSelect(0, Tensor.From([.. Enumerable.Range(0, K).Select(k => (long)order[k % N])]).To(z.Device)));
                var logVar = variance.Log() - 2 * Math.Log(K) / (L + 4);
                Set("logVars", (mixture.LogVarLimit is { } limit ? logVar.Clamp(-limit, limit) : logVar).Expand(K, L));
                break;
            case LearnedNormal.Config { LearnMean: var moves }:
                Set("mean", mean);
                Set("logVar", moves ? variance.Log() : z.Square().Mean(0).Clamp(LeastVariance).Log());
                break;
            case FullNormalPrior.Config { LearnMean: var moves }:
                var centred = moves ? z - mean : z;
                var scale = (centred.T.Matmul(centred) * (1.0 / N) + LeastVariance * Tensor.Eye(L, z.DType, z.Device)).Cholesky();
                Set("mean", mean);
                Set("logDiagonal", scale.Diagonal().Log());
                Set("below", scale);
                break;
        }

        void Set(string name, Tensor value)
        {
            if (byName.TryGetValue(name, out var parameter)) parameter.CopyInPlace(value.To(parameter.DType));
        }
    }
}
