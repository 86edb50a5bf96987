using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>What a prior may be made from.</summary>
/// <param name="LatentDim">L.</param>
/// <param name="Init">First weights, device and element type.</param>
public sealed record PriorContext(int LatentDim, Init Init)
{
    /// <summary>The shape of one example.</summary>
    public DataShape Data { get; init; } = DataShape.Vector(1);

    /// <summary>The smallest and the largest value data can take; infinite for real data.</summary>
    public (double Low, double High) Bounds { get; init; } = (double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>q(z|x) of the model the prior will be part of, for priors made of encoded pseudo-inputs; its weights belong to the model.</summary>
    public Func<Tensor, IDistribution> Encode { get; init; } = _ => throw new InvalidOperationException("this prior is not part of a model with an encoder");

    /// <summary>Some training examples <c>(count, D)</c>, spread over the data.</summary>
    public Func<int, Tensor> Examples { get; init; } = _ => throw new InvalidOperationException("there are no training data to start from");

    /// <summary>The numbers in a file of samples of z, one per row, <c>(N, L′)</c>.</summary>
    public Func<string, Tensor> Samples { get; init; } = path => throw new InvalidOperationException($"nothing reads {path}");
}
