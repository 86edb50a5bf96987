using System.Runtime.InteropServices;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Tests.Support;

/// <summary>Small parts in float64, the same for the same seed.</summary>
internal static class Small
{
    internal static Init Init(ulong seed = 1, InitKind kind = InitKind.Uniform) => new(new Generator(seed), Device.Cpu, DType.Float64, kind);

    internal static Tensor Normal(ulong seed, params long[] shape)
    {
        using var generator = new Generator(seed);
        return Tensor.Randn(shape, generator, DType.Float64);
    }

    internal static Tensor Uniform(ulong seed, params long[] shape)
    {
        using var generator = new Generator(seed);
        return Tensor.Rand(shape, generator, DType.Float64);
    }

    /// <summary>Two tanh layers of 5 on either side of L latents.</summary>
    internal static ModelConfig Mlp(int L, LikelihoodConfig? likelihood = null, PosteriorConfig? posterior = null) => new()
    {
        LatentDim = L,
        Encoder = new Mlp.Config { Hidden = [5], Activation = ActivationKind.Tanh },
        Posterior = posterior ?? new DiagonalNormalPosterior.Config(),
        Decoder = new Mlp.Config { Hidden = [5], Activation = ActivationKind.Tanh },
        Likelihood = likelihood ?? new NormalLikelihood.Config(),
    };

    /// <summary>The same with the posterior, the prior and the likelihood that an objective asks for; the plain one when it wants none of these.</summary>
    internal static ModelConfig MlpFor(ObjectiveConfig objective, int L) => new[]
    {
        Mlp(L), Mlp(L) with { Prior = new LearnedNormal.Config() }, Mlp(L, new NormalLikelihood.Config { Scale = ScaleOf.Fixed }, new PointPosterior.Config()),
    }.FirstOrDefault(parts => !objective.Misfits(parts).Any(), Mlp(L));

    internal static LatentVariableModel Model(ModelConfig config, int D, ulong seed = 1) => LatentVariableModel.Create(config, DataShape.Vector(D), Init(seed));

    /// <summary>Data in [0, 1], a small encoder, and a file of samples that depends on its name.</summary>
    internal static PriorContext PriorContext(int L, int D = 4)
    {
        var encoder = new Mlp.Config { Hidden = [3], Activation = ActivationKind.Tanh }.BuildEncoder(DataShape.Vector(D), 2 * L, Init(11));
        var posterior = new DiagonalNormalPosterior.Config().Build(L, Init());
        return new(L, Init())
        {
            Data = DataShape.Vector(D),
            Bounds = (0, 1),
            Examples = count => Uniform(9, count, D),
            Encode = x => posterior.Given(encoder.Forward(x)),
            Samples = path => Normal((ulong)path.Length, 200, L) * (Normal(5, 200, 1) + 0.5),
        };
    }

    /// <summary>What an objective is told: 100 training rows in batches of 6.</summary>
    internal static ObjectiveContext Context(LatentVariableModel model, ModelConfig parts) => new(model, parts, 100, 6, Init(7), _ => { });

    internal static Dictionary<string, float[]> Values(IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        tensors.ToDictionary(pair => pair.Key, pair => Bits(pair.Value), StringComparer.Ordinal);

    // What is wider than float is read as pairs of them: every bit is compared.
    private static float[] Bits(Tensor tensor) =>
        tensor.DType == DType.Float64 ? MemoryMarshal.Cast<double, float>(tensor.ToArray<double>()).ToArray() : tensor.ToArray<float>();
}
