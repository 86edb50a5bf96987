using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Tests.Support;

/// <summary>A distribution put together from the density of one and the draws of another, as faulty code does.</summary>
internal sealed class Mutant(IDistribution density, IDistribution draws) : IDistribution
{
    public int EventAxes => density.EventAxes;

    public bool Reparameterised => draws.Reparameterised;

    public Tensor Mean => density.Mean;

    public Tensor Sample(Generator generator, long? count = null) => draws.Sample(generator, count);

    public Tensor LogProb(Tensor x) => density.LogProb(x);
}
