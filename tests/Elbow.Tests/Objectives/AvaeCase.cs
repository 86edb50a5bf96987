using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Objectives;

/// <summary>AVAE over an encoder that changes nothing, so that a test chooses codes and kernels by choosing data; float64.</summary>
internal sealed class AvaeCase : IDisposable
{
    internal static readonly Avae.Config Plain = new() { Points = 5, Bandwidth = 0.6, Beta = 1, Logarithm = Avae.LogarithmKind.Natural, Coverage = null, PriorFloor = 0 };

    /// <summary>With kernels at the rows of <paramref name="points"/> <c>(m, L)</c>.</summary>
    internal AvaeCase(Avae.Config config, Tensor points)
    {
        var L = (int)points.Shape[1];
        var affine = new Mlp.Config { Hidden = [] };
        var parts = new ModelConfig
        {
            LatentDim = L, Encoder = affine, Posterior = new PointPosterior.Config(), Decoder = affine,
            Likelihood = new NormalLikelihood.Config { Scale = ScaleOf.Fixed, Sigma = Math.Sqrt(0.5) },
        };
        Model = Small.Model(parts, L);
        foreach (var (name, tensor) in Model.NamedParameters().Where(pair => pair.Key.StartsWith("encoder", StringComparison.Ordinal)))
        {
            using var frozen = Autograd.NoGrad();
            tensor.CopyInPlace(name.EndsWith("weight", StringComparison.Ordinal) ? Tensor.Eye(L, DType.Float64) : Tensor.Zeros([L], DType.Float64));
        }
        Config = config with { Points = (int)points.Shape[0] };
        Objective = (Avae)Config.Build(new ObjectiveContext(Model, parts, int.MaxValue, 6, Small.Init(7), _ => { }));
        Prepare(points);
    }

    internal Avae.Config Config { get; }

    internal LatentVariableModel Model { get; }

    internal Avae Objective { get; }

    internal static StepContext Step => new(0.5, null!);

    internal double Beta => Objective.NamedBuffers().Single(pair => pair.Key == "beta").Value.ToDouble();

    internal void Prepare(Tensor points, int batch = 0, double epoch = 0) => Objective.Prepare(Model, points, new StepContext(epoch, null!) { Batch = batch, HeldOut = [points] });

    internal ObjectiveTerms Evaluate(Tensor z) => Objective.Evaluate(Model, z, Step);

    internal Tensor Kl(Tensor z) => Evaluate(z)["kl"];

    /// <summary>Terms of some data, as validation would sum them.</summary>
    internal TermStatistics Judged(params Tensor[] batches)
    {
        var statistics = new TermStatistics();
        foreach (var x in batches) statistics.Add(Evaluate(x), 0);
        return statistics;
    }

    public void Dispose()
    {
        Objective.Dispose();
        Model.Dispose();
    }
}
