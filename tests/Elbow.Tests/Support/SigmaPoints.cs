using Elbow.Distributions;
using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Tests.Support;

/// <summary>The ELBO of a linear decoder without noise: 2L points stand for q(z|x), exactly so for whatever is quadratic in z.</summary>
internal static class SigmaPoints
{
    /// <summary>ν ± √L τ_h e_h. → <c>(2L, B, L)</c></summary>
    internal static Tensor Of(Normal qz_x)
    {
        var L = qz_x.Mean.Shape[1];
        var steps = (qz_x.Scale.Expand(qz_x.Mean.Shape).DiagEmbed() * Math.Sqrt(L)).Permute(1, 0, 2);
        return Tensor.Cat(0, qz_x.Mean + steps, qz_x.Mean - steps);
    }

    /// <summary>Mean ELBO, with gradients.</summary>
    internal static Tensor Elbo(LatentVariableModel model, Tensor x)
    {
        var q = (Normal)model.Encode(x);
        return (model.Decode(Of(q)).LogProb(x).Mean(0) - Kl.Exact(q, model.Prior.Density())!).Mean();
    }
}
