using Elbow.Torch;

namespace Elbow.Evaluation;

/// <summary>One transition of Hamiltonian Monte Carlo, which leaves f_β as it is: momenta N(0, I), leapfrog steps, acceptance by Metropolis.</summary>
/// <remarks>
/// <para>Each chain's step is its step size times U(0.8, 1.2), drawn anew: steps of one length can circle back to where they began. The
/// transition is a mixture of reversible ones whose sizes know nothing of z, hence reversible itself: the backward chains of bidirectional
/// Monte Carlo use the same one.</para>
/// <para>A trajectory that leaves the finite numbers is rejected. Source: Neal 2011, MCMC using Hamiltonian dynamics, section 5.3.2.</para>
/// </remarks>
internal static class HamiltonianTransition
{
    private const double Jitter = 0.2;

    /// <summary>Moves all chains once.</summary>
    /// <param name="path">The densities.</param>
    /// <param name="z">Where they are <c>(C, B, L)</c>.</param>
    /// <param name="beta">Which density.</param>
    /// <param name="stepSize">ε <c>(B)</c>, float64.</param>
    /// <param name="leapfrogs">Steps in a trajectory.</param>
    /// <param name="generator">Of momenta, jitter and acceptance.</param>
    /// <returns>Where they go, Δ there, and the probability of acceptance <c>(C, B)</c>.</returns>
    internal static (Tensor Z, Tensor Slope, Tensor Acceptance) Step(AnnealingPath path, Tensor z, double beta, Tensor stepSize, int leapfrogs, Generator generator)
    {
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var (C, B) = (z.Shape[0], z.Shape[1]);
        var jitter = 1 + Jitter * (2 * Tensor.Rand([C, B], generator, DType.Float64) - 1);
        var step = (stepSize * jitter).Unsqueeze(-1).To(z.DType);
        var first = z.RandnLike(generator);
        var from = path.At(z, beta);
        var (there, momentum) = (from, first + 0.5 * step * from.Gradient);
        for (var k = 1; k <= leapfrogs; k++)
        {
            there = path.At(there.Z + step * momentum, beta);
            momentum += (k < leapfrogs ? 1 : 0.5) * step * there.Gradient;
        }
        var rise = there.LogDensity - from.LogDensity - (Energy(momentum) - Energy(first));
        var acceptance = Tensor.Where(rise.IsFinite(), rise.Clamp(max: 0).Exp(), 0.0);
        var accepted = Tensor.Rand([C, B], generator, DType.Float64) < acceptance;
        return (scope.Keep(Tensor.Where(accepted.Unsqueeze(-1), there.Z, z)), scope.Keep(Tensor.Where(accepted, there.Slope, from.Slope)), scope.Keep(acceptance));
    }

    private static Tensor Energy(Tensor momentum) => 0.5 * momentum.To(DType.Float64).Square().Sum(-1L);
}
