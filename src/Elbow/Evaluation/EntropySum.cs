using Elbow.Distributions;
using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Evaluation;

/// <summary>The signed sum of a Gaussian VAE's three entropies, example by example: what its ELBO becomes where the variances are stationary.</summary>
/// <remarks>
/// <para><b>Equation:</b> F_3E(x) = H[q(z|x)] − H[p(z)] − (1/S) Σ_s H[p(x|z_s)], z_s ~ q(z|x): <see cref="GaussianEntropies"/>.</para>
/// <para><b>Shapes:</b> x <c>(B, D)</c> → <c>(B)</c>, float64. <b>Units:</b> nats.</para>
/// <para><b>Biased when:</b> never as an estimate of F_3E; as a stand-in for the ELBO it is no bound, and the two agree as means over the training data only.</para>
/// <para><b>Source:</b> Damm et al. 2023, arXiv 2010.14860; methods/three-entropies.md 2.4.</para>
/// </remarks>
public static class EntropySum
{
    /// <summary>F_3E for each example, or null where a part is no Gaussian.</summary>
    /// <param name="model">The model.</param>
    /// <param name="x"><c>(B, D)</c>.</param>
    /// <param name="samples">S; 1 is exact where the decoder's variance does not depend on z.</param>
    /// <param name="generator">Of z.</param>
    public static Tensor? PerExample(LatentVariableModel model, Tensor x, long samples, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var (qz_x, pz, B) = (model.Encode(x), model.Prior.Density(), x.Shape[0]);
        var sum = Tensor.Zeros([B], DType.Float64, x.Device);
        for (var s = 0L; s < samples; s++)
        {
            using var one = TensorScope.Open();
            var none = Tensor.Zeros([B], x.DType, x.Device);
            if (GaussianEntropies.Of(qz_x, pz, model.Decode(qz_x.Sample(generator)), none, none) is not { } entropies) return null;
            sum.AddInPlace(entropies.Sum.To(DType.Float64), 1.0 / samples);
        }
        return scope.Keep(sum.MustBe([B]));
    }
}
