using Elbow.Distributions;
using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Evaluation;

/// <summary>The ELBO and its two parts, with β = 1 whatever the model was trained on: the one evaluator by which runs compare.</summary>
/// <remarks>
/// <para><b>Equation:</b> ELBO(x) = (1/K) Σ_k log p(x|z_k) − KL(q(z|x) ‖ p(z)), z_k ~ q(z|x); the divergence in closed form where there is
/// one (in a hierarchy, of each link given its parent), else by the same samples.</para>
/// <para><b>Shapes:</b> x <c>(B, D)</c> → <c>(B)</c> each. <b>Units:</b> nats. <b>Biased when:</b> never.</para>
/// <para><b>Special cases:</b> a deterministic encoder (<see cref="Point"/>) has no density, so its divergence and its ELBO do not exist; what
/// remains is log p(x|z) at its code.</para>
/// <para><b>Source:</b> Tomczak, Deep Generative Modeling, equations 4.33 to 4.35.</para>
/// </remarks>
public static class ElboEstimator
{
    /// <summary>Per-example reconstruction E_q log p(x|z), divergence (null for a deterministic encoder), and the squared error of the picture at the posterior mean.</summary>
    public static (Tensor Reconstruction, Tensor? Kl, Tensor SquaredError) PerExample(LatentVariableModel model, Tensor x, long samples, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(x);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var B = x.Shape[0];
        var qz_x = model.Encode(x);
        var pz = model.Prior.Density();
        var random = qz_x is not Point;
        var exact = random ? Kl.Exact(qz_x, pz) : null;
        var sampled = random && exact is null;
        var reconstruction = Tensor.Zeros([B], DType.Float64, x.Device);
        var kl = exact?.To(DType.Float64) ?? (random ? Tensor.Zeros([B], DType.Float64, x.Device) : null);
        if (!random) samples = 1;
        for (var k = 0L; k < samples; k++)
        {
            using var one = TensorScope.Open();
            var z = qz_x.Sample(generator);
            reconstruction.AddInPlace(model.Decode(z).LogProb(x).To(DType.Float64), 1.0 / samples);
            if (sampled) kl!.AddInPlace(Kl.Given(qz_x, pz, z).To(DType.Float64), 1.0 / samples);
        }
        var error = (x - model.Decode(qz_x.Mean).Mean).To(DType.Float64).Square().Mean(1L);
        return (scope.Keep(reconstruction.MustBe([B])), kl is null ? null : scope.Keep(kl.MustBe([B])), scope.Keep(error.MustBe([B])));
    }
}
