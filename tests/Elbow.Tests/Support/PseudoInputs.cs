using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Tests.Support;

/// <summary>(1/K) Σ_k q(z|u_k) with learned u: the barest prior of encoded pseudo-inputs.</summary>
internal sealed class PseudoInputs : Module, IPrior
{
    private readonly Func<Tensor, IDistribution> encode;
    private readonly Tensor u;

    private PseudoInputs(PriorContext context)
    {
        encode = context.Encode;
        u = Parameter("u", Small.Uniform(11, 3, context.Data.Size).To(context.Init.DType));
    }

    internal sealed record Config : PriorConfig
    {
        public override IPrior Build(PriorContext context) => new PseudoInputs(context);
    }

    public IDistribution Density() => new Mixture(Tensor.Zeros([3], u.DType), encode(u));
}
