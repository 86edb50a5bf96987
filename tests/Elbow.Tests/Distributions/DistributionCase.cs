using Elbow.Distributions;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Distributions;

/// <summary>A distribution with given parameters, by name: what the laws run over.</summary>
/// <param name="Name">Shown as the name of the test.</param>
/// <param name="Build">Makes it from its parameters.</param>
/// <param name="Parameters">In the order that <paramref name="Build"/> takes them.</param>
/// <param name="Space">What its density is summed over; null for the batched ones.</param>
internal sealed record DistributionCase(string Name, Func<Tensor[], IDistribution> Build, Values[] Parameters, Quadrature? Space = null)
{
    private const double Lo = -14, Hi = 14;

    private static readonly double[] Bit = [0, 1], Four = [0, 1, 2, 3];

    internal static readonly DistributionCase[] All =
    [
        new("normal", p => Normal.FromLogVar(p[0], p[1]), [new([2], 0.4, -1.1), new([2], 0.5, -1.2)], Quadrature.Box((Lo, Hi, 400), (Lo, Hi, 400))),
        new("normal-one-scale", p => Normal.FromScale(p[0], p[1]), [new([2], 0.4, -1.1), new([], 0.7)], Quadrature.Box((-8, 8, 300), (-8, 8, 300))),
        new("full-normal", p => new FullNormal(p[0], p[1]), [new([2], 0.3, -0.6), new([2, 2], 1.1, 0, -0.8, 0.6)],
            Quadrature.Box((Lo, Hi, 400), (Lo, Hi, 400))),
        new("laplace", p => new Laplace(p[0], p[1]), [new([1], 0.5), new([1], -0.3)], Quadrature.Box((-29.5, 30.5, 6000))),
        new("gumbel", p => new Gumbel(p[0], p[1]), [new([1], 0.5), new([1], -0.3)], Quadrature.Box((-5, 40, 4000))),
        new("student-t", p => new StudentT(p[0], p[1], 7), [new([1], 0.5), new([1], -0.3)], Quadrature.Box((-200, 201, 40000))),
        new("soft-uniform", p => new SoftUniform(p[0], 2.5, 0.3), [new([2], 0.5, -1)], Quadrature.Box((-14, 15, 600), (-16, 14, 600))),
        new("banana", p => new Flow(Normal.FromLogVar(p[0], p[1]), [new Bend(0.5)]), [new([2], 0, 0), new([2], 0, 0)], Quadrature.Box((-8, 8, 400), (-10, 40, 1200))),
        new("laplace-and-gumbel", p => new Product(new Laplace(p[0], p[1]), new Gumbel(p[2], p[3])),
            [new([1], 0.5), new([1], -0.7), new([1], -0.5), new([1], -0.6)], Quadrature.Box((-9.5, 10.5, 1600), (-4, 16, 400))),
        new("bernoulli", p => new Bernoulli(p[0]), [new([3], 0.3, -1.7, 2.5)], Quadrature.Count(Bit, Bit, Bit)),
        new("continuous-bernoulli", p => new ContinuousBernoulli(p[0]), [new([2], 3.1, -0.7)], Quadrature.Box((0, 1, 200), (0, 1, 200))),
        new("continuous-bernoulli-near-half", p => new ContinuousBernoulli(p[0]),
            [new([2], 0.01, -0.1)], Quadrature.Box((0, 1, 100), (0, 1, 100))),
        new("categorical", p => new Categorical(p[0]), [new([2, 4], 0.2, -1, 1.3, 0, 2, 0.1, -0.4, 0.9)], Quadrature.Count(Four, Four)),
        new("discretised-logistic", p => new DiscretisedLogistic(p[0], p[1]), [new([1], 0.9), new([1], -2.3)], Quadrature.Count(Even(0, 1, 256))),
        new("discretised-logistic-thin", p => new DiscretisedLogistic(p[0], p[1]),
            [new([1], 0.501), new([1], -7)], Quadrature.Count(Even(0, 1, 256))),
        new("discretised-logistic-five-levels", p => new DiscretisedLogistic(p[0], p[1], 1, 5, -1, 1),
            [new([2], 0.3, -1.4), new([2], -1, 0.2)], Quadrature.Count(Even(-1, 1, 5), Even(-1, 1, 5))),
        new("mixture-of-normals", p => new Mixture(p[0], Normal.FromLogVar(p[1], p[2])),
            [new([2], -1.2, -0.3), new([2, 2], 0, 0, 1, -1), new([2, 2], 0, -1.4, -0.7, 0.7)], Quadrature.Box((Lo, Hi, 400), (Lo, Hi, 400))),
        new("mixture-of-full-normals", p => new Mixture(p[0], new FullNormal(p[1], p[2])),
            [new([2], 0.4, 0), new([2, 2], 1, 1, -1, -1), new([2, 2, 2], 0.8, 0, 0.5, 0.7, 1, 0, -0.9, 0.6)], Quadrature.Box((Lo, Hi, 400), (Lo, Hi, 400))),
        new("mixture-of-categoricals", p => new Mixture(p[0], new Categorical(p[1])),
            [new([2], 0.4, 0), new([2, 2, 4], 0, 1, 2, 0.5, 1, -1, 0, 0.3, 2, 1, 0, -1, 0.2, 0.6, -2, 1)], Quadrature.Count(Four, Four)),
        new("discretised-logistic-mixture", p => DiscretisedLogisticMixture.Create(p[0], p[1], p[2], 1, 16),
            [new([2, 3], 0, 1, -1, 0.5, 0.2, 0.1), new([2, 3], 0.1, 0.5, 0.9, 0.3, 0.4, 1.2), new([2, 3], -3, -2, -1, -4, -2, -1.5)],
            Quadrature.Count(Even(0, 1, 16), Even(0, 1, 16))),
        new("chain", p => new Chain(Normal.FromLogVar(p[0], p[1]), 1, a => Normal.FromLogVar(0.3 + a * p[2], p[3]), childFirst: false),
            [new([1], 0.4), new([1], 0.2), new([1], -0.8), new([1], -0.9)], Quadrature.Box((Lo, Hi, 400), (Lo, Hi, 400))),
        new("chain-child-first", p => new Chain(Normal.FromLogVar(p[0], p[1]), 1, a => Normal.FromLogVar(a * p[2], p[3]), childFirst: true),
            [new([1], 0.4), new([1], -0.4), new([1], 1.1), new([1], -0.9)], Quadrature.Box((Lo, Hi, 400), (Lo, Hi, 400))),

        new("normal-batched", p => Normal.FromLogVar(p[0], p[1]), [new([3, 2], 0.4, -1.1, 2, 0, 1, -3), new([3, 2], 0.5, -1, 0.1, 1, -2, 0)]),
        new("normal-scale-per-example", p => Normal.FromScale(p[0], p[1]), [new([3, 2], 0.4, -1.1, 2, 0, 1, -3), new([3, 1], 0.5, 1, 2)]),
        new("normal-scale-per-dimension", p => Normal.FromLogVar(p[0], p[1]), [new([3, 2], 0.4, -1.1, 2, 0, 1, -3), new([2], 0.5, -1)]),
        new("normal-image-event", p => Normal.FromLogVar(p[0], p[1], 3), [new([2, 1, 2, 2], 1, 2, 3, 4, 0, -1, -2, -3), new([], -0.4)]),
        new("full-normal-batched", p => new FullNormal(p[0], p[1]), [new([2, 2], 0.3, -0.6, 1, 2), new([2, 2, 2], 1, 0, -0.8, 0.6, 0.5, 0, 0.3, 2)]),
        new("full-normal-one-scale", p => new FullNormal(p[0], p[1]), [new([3, 2], 0.3, -0.6, 1, 2, 0, 1), new([2, 2], 1, 0, -0.8, 0.6)]),
        new("full-normal-one-mean", p => new FullNormal(p[0], p[1]), [new([2], 0.3, -0.6), new([2, 2, 2], 1, 0, -0.8, 0.6, 0.5, 0, 0.3, 2)]),
        new("laplace-batched", p => new Laplace(p[0], p[1]), [new([2, 2], 0.3, -0.6, 1, 2), new([2, 1], 0.2, -1)]),
        new("gumbel-batched", p => new Gumbel(p[0], p[1]), [new([2, 2], 0.3, -0.6, 1, 2), new([2, 1], 0.2, -1)]),
        new("student-t-batched", p => new StudentT(p[0], p[1], 3), [new([2, 2], 0.3, -0.6, 1, 2), new([2, 1], 0.2, -1)]),
        new("soft-uniform-batched", p => new SoftUniform(p[0], 2, 0.1), [new([2, 2], 0.3, -0.6, 1, 2)]),
        new("banana-batched", p => new Flow(Normal.FromLogVar(p[0], p[1]), [new Bend(-0.8)]), [new([2, 3], 1, 2, 3, 0, -1, -2), new([3], 0.1, 0.4, -0.3)]),
        new("product-batched", p => new Product(Normal.FromLogVar(p[0], p[1]), new Gumbel(p[2], p[3])), [new([2, 1], 1, 2), new([], 0), new([2, 2], 0.3, -0.6, 1, 2), new([2, 1], 0, 0.3)]),
        new("bernoulli-batched", p => new Bernoulli(p[0], 2), [new([2, 1, 3], 0.3, -1.7, 2.5, 0, 1, -1)]),
        new("continuous-bernoulli-batched", p => new ContinuousBernoulli(p[0]), [new([2, 3], 0.3, -1.7, 2.5, 0, 0.01, -0.1)]),
        new("categorical-batched", p => new Categorical(p[0]), [new([2, 2, 3], 0.2, -1, 1.3, 0, 2, 0.1, -0.4, 0.9, 0, 0, 1, 2)]),
        new("discretised-logistic-batched", p => new DiscretisedLogistic(p[0], p[1], 1, 8), [new([2, 2], 0.2, 0.5, 0.9, 1.1), new([], -2)]),
        new("mixture-batched", p => new Mixture(p[0], Normal.FromScale(p[1], p[2])),
            [new([2, 3], 0, 1, 2, 0.3, 0.1, -1), new([2, 3, 2], 0, 1, 2, 3, -1, -2, 1, 1, 0, 0, 2, -2), new([], 0.6)]),
        new("chain-batched", p => new Chain(Normal.FromLogVar(p[0], p[1]), 2, a => Normal.FromLogVar(a.Tanh() * p[2], p[3]), childFirst: true),
            [new([3, 2], 0.4, -1.1, 2, 0, 1, -3), new([3, 2], 0.5, -1, 0.1, 1, -2, 0), new([2], 0.7, -1.2), new([2], -0.3, 0.4)]),
        new("chain-of-a-chain", p => new Chain(
            new Chain(Normal.FromLogVar(p[0], p[1]), 1, a => Normal.FromLogVar(a.Square(), p[2]), childFirst: true), 2, a => Normal.FromLogVar(a.Narrow(-1, 0, 1).Sin() * p[3], p[2]), childFirst: true),
            [new([2, 1], 0.4, -1.1), new([2, 1], 0.5, -1), new([1], -0.4), new([1], 1.5)]),
        new("discretised-logistic-mixture-batched", p => DiscretisedLogisticMixture.Create(p[0], p[1], p[2], 1, 8),
            [new([2, 2, 2], 0, 1, 2, 0.3, 0.1, -1, 1, 0), new([2, 2, 2], 0, 0.1, 0.4, 0.5, 0.9, 1, 0.3, 0.2), new([], -2)]),
    ];

    /// <summary>The case of a name.</summary>
    internal static DistributionCase Of(string name) => All.Single(candidate => candidate.Name == name);

    /// <summary>The names of the cases that are like this.</summary>
    internal static TheoryData<string> Names(Func<DistributionCase, bool> like) => [.. All.Where(like).Select(candidate => candidate.Name)];

    /// <summary>Whether the distribution has a property; made for the question.</summary>
    internal bool Is(Func<IDistribution, bool> property)
    {
        using var scope = TensorScope.Open();
        return property(Make());
    }

    internal Tensor[] Tensors(DType type = DType.Float64) => [.. Parameters.Select(values => values.ToTensor(type))];

    internal IDistribution Make(DType type = DType.Float64) => Build(Tensors(type));

    public override string ToString() => Name;

    private static double[] Even(double lo, double hi, int levels) => [.. Enumerable.Range(0, levels).Select(k => lo + k * (hi - lo) / (levels - 1))];
}

/// <summary>The shape and elements of a tensor that is made when it is needed.</summary>
internal sealed record Values(long[] Shape, params double[] Elements)
{
    internal Tensor ToTensor(DType type = DType.Float64) => Tensor.From(Elements, Shape).To(type);
}
