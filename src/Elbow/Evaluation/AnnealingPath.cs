using Elbow.Distributions;
using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Evaluation;

/// <summary>One place on a path of distributions. All of z's own batch <c>(C, B)</c>, values in float64.</summary>
/// <param name="Z"><c>(C, B, L)</c>.</param>
/// <param name="LogDensity">log f_β(z).</param>
/// <param name="Slope">Δ(z) = ∂ log f_β(z)/∂β, the same for every β.</param>
/// <param name="Gradient">∂ log f_β(z)/∂z <c>(C, B, L)</c>; no gradient of a parameter is ever formed.</param>
internal readonly record struct PathPoint(Tensor Z, Tensor LogDensity, Tensor Slope, Tensor Gradient);

/// <summary>The geometric path from a start p₀(z) to p(z) p(x|z): log f_β(z) = log p₀(z) + β Δ(z), Δ = log p(z) + log p(x|z) − log p₀(z).</summary>
/// <remarks>From the prior Δ is log p(x|z) alone. Tensors that its distributions hold belong to the scope in which it was made.</remarks>
internal sealed class AnnealingPath
{
    private readonly LatentVariableModel model;
    private readonly Tensor x;
    private readonly IDistribution prior;
    private readonly IDistribution start;

    /// <exception cref="ArgumentException">The start is a deterministic encoder.</exception>
    internal AnnealingPath(LatentVariableModel model, Tensor x, AnnealFrom from)
    {
        using var frozen = Autograd.NoGrad();
        (this.model, this.x) = (model, x);
        prior = model.Prior.Density();
        start = from == AnnealFrom.Prior ? prior : model.Encode(x);
        if (start is Point) throw new ArgumentException("a deterministic encoder has no density: chains cannot start from it", nameof(from));
    }

    internal long Examples => x.Shape[0];

    /// <summary>Draws from p₀. → <c>(C, B, L)</c></summary>
    internal Tensor Start(Generator generator, long C)
    {
        var B = Examples;
        return ReferenceEquals(start, prior)
            ? prior.Sample(generator, C * B).Reshape(C, B, model.LatentDim)
            : start.Sample(generator, C).MustBe([C, B, model.LatentDim]);
    }

    /// <summary>Δ(z) <c>(C, B)</c>, float64, without a gradient.</summary>
    internal Tensor Slope(Tensor z)
    {
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        return scope.Keep(Slope(z, start.LogProb(z)).To(DType.Float64).MustBe([z.Shape[0], Examples]));
    }

    /// <summary>Everything that a transition needs to know of z.</summary>
    internal PathPoint At(Tensor position, double beta)
    {
        using var recorded = Autograd.WithGrad();
        using var scope = TensorScope.Open();
        var z = position.Detach().WithGrad();
        var logStart = start.LogProb(z);
        var slope = Slope(z, logStart);
        var logDensity = logStart + beta * slope;
        var gradient = Autograd.Grad(logDensity.Sum(), [z])[0];
        return new PathPoint(
            position, scope.Keep(logDensity.Detach().To(DType.Float64).MustBe([z.Shape[0], Examples])), scope.Keep(slope.Detach().To(DType.Float64)), scope.Keep(gradient));
    }

    /// <summary>Refuses densities that chains cannot follow.</summary>
    /// <exception cref="ArgumentException">No chain has a slope to go by, neither of the prior nor of the likelihood.</exception>
    internal void MustHaveGradient(Generator generator)
    {
        using var scope = TensorScope.Open();
        if (At(Start(generator, 1), 1).Gradient.Abs().Amax(0, 1, 2).ToDouble() == 0) throw new ArgumentException("log p(z) + log p(x|z) has no gradient in z: chains cannot follow it");
    }

    private Tensor Slope(Tensor z, Tensor logStart)
    {
        var logPx_z = model.Decode(z).LogProb(x);
        return ReferenceEquals(start, prior) ? logPx_z : prior.LogProb(z) + logPx_z - logStart;
    }
}
