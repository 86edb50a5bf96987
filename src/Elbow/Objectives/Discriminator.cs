using Elbow.Models;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>A network that tells two kinds of codes apart: its output d(z) is the log-odds of the first kind against the second.</summary>
/// <remarks>
/// Ascends ½ E₁ log σ(d) + ½ E₂ log(1 − σ(d)), whose optimum is d = log (density of kind 1)/(density of kind 2), with the value −log 2 where
/// they are one. <b>Source:</b> Goodfellow et al. 2014, arXiv 1406.2661, proposition 1.
/// </remarks>
internal sealed class Discriminator : Module
{
    private readonly ILayer network;

    /// <summary>Dense layers with leaky ReLUs and one linear output.</summary>
    internal Discriminator(int latentDim, IReadOnlyList<int> hidden, Init init) =>
        network = Child("network", new Mlp.Config { Hidden = hidden, Activation = ActivationKind.LeakyRelu }.BuildEncoder(DataShape.Vector(latentDim), 1, init));

    /// <summary>d(z). <c>z (B, L)</c> → <c>(B)</c>.</summary>
    internal Tensor LogOdds(Tensor z) => network.Forward(z).Squeeze(-1);

    /// <summary>What it ascends, for each pair of codes. <c>first, second (B, L)</c>, both without a graph → <c>(B)</c>.</summary>
    internal Tensor Score(Tensor first, Tensor second) => 0.5 * (LogOdds(first).LogSigmoid() + (-LogOdds(second)).LogSigmoid());

    /// <summary>Widths that are none.</summary>
    internal static IEnumerable<Misfit> Misfits(IReadOnlyList<int> hidden)
    {
        if (hidden.Any(width => width is < 1 or > 1_000_000)) yield return new("objective.discriminator", "a layer's width is below 1 or above 1000000", "use widths from 1 to 1000000");
    }
}
