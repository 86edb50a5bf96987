using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Models;

/// <summary>z → a distribution given z: a network and a head.</summary>
internal sealed class Conditional : Module
{
    private readonly ILayer network;
    private readonly Func<Tensor, IDistribution> head;

    /// <summary>Of other latents.</summary>
    internal Conditional(ILayer network, IPosterior head) =>
        (this.network, this.head) = (Child("network", network), Child("head", head).Given);

    /// <summary>Of data.</summary>
    internal Conditional(ILayer network, ILikelihood head) =>
        (this.network, this.head) = (Child("network", network), Child("head", head).Given);

    /// <summary><c>z (…, I)</c> → batch (…), events of the head.</summary>
    internal IDistribution Given(Tensor z)
    {
        if (z.Rank == 2) return head(network.Forward(z));
        var h = network.Forward(z.Reshape(-1, z.Shape[-1]));
        return head(h.Reshape(z.Shape.Head(-1).Append(h.Shape[-1])));
    }
}
