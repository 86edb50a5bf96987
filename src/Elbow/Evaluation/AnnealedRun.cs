using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Evaluation;

/// <summary>Chains along annealing paths, chunk by chunk: what <see cref="AnnealedImportanceSampling"/> and <see cref="BidirectionalMonteCarlo"/> share.</summary>
/// <param name="model">The model.</param>
/// <param name="settings">Steps, chains and so on.</param>
/// <param name="generator">Of everything random.</param>
/// <param name="examples">Of all chunks together, for the display.</param>
/// <param name="sweeps">1 for chains one way, 2 for both.</param>
/// <param name="progress">Told the share that is done.</param>
internal sealed class AnnealedRun(LatentVariableModel model, Annealing settings, Generator generator, long examples, int sweeps, IProgress<double>? progress)
{
    private readonly double work = examples * ((double)StepSizes.Transitions(settings) + (double)sweeps * settings.Steps);
    private double done;
    private double accepted;
    private long moves;

    /// <summary>Mean probability of acceptance of the weighed chains; NaN without a transition.</summary>
    internal double Acceptance => accepted / moves;

    /// <summary>The paths of some examples with their step sizes; they belong to the scope around the call.</summary>
    internal (AnnealingPath Path, StepSizes Sizes) On(Tensor x)
    {
        var path = new AnnealingPath(model, x, settings.From);
        if (settings.Steps > 1) path.MustHaveGradient(generator);
        return (path, StepSizes.Adapt(path, settings, generator, () => Moved(x.Shape[0])));
    }

    /// <summary>log w of chains from the start to the posterior: E w = p(x). → <c>(C, B)</c></summary>
    internal Tensor Forward((AnnealingPath Path, StepSizes Sizes) on) => InParts(chains => Sweep(on, on.Path.Start(generator, chains).Clone(), forward: true));

    /// <summary>log w of chains from exact draws of the posterior to the start: E 1/w = 1/p(x). <c>z (B, L)</c> → <c>(C, B)</c></summary>
    internal Tensor Backward((AnnealingPath Path, StepSizes Sizes) on, Tensor z) =>
        InParts(chains => Sweep(on, z.Unsqueeze(0).Expand(chains, z.Shape[0], z.Shape[1]).Clone(), forward: false));

    // More chains of one example than rows that fit go one part after the other.
    private Tensor InParts(Func<int, Tensor> sweep)
    {
        using var scope = TensorScope.Open();
        var atOnce = (int)Math.Min(settings.Chains, AnnealedImportanceSampling.RowsFor(model));
        var parts = new List<Tensor>();
        for (var chain = 0; chain < settings.Chains; chain += atOnce) parts.Add(sweep(Math.Min(atOnce, settings.Chains - chain)));
        return scope.Keep(Tensor.Cat(0, [.. parts]));
    }

    // Backwards the same transitions in the opposite order. z is overwritten; only it, Δ and log w live from one step to the next.
    private Tensor Sweep((AnnealingPath Path, StepSizes Sizes) on, Tensor z, bool forward)
    {
        using var scope = TensorScope.Open();
        var slope = on.Path.Slope(z).Clone();
        var logW = slope.ZerosLike();
        for (var k = 1; k <= settings.Steps; k++)
        {
            using var step = TensorScope.Open();
            var t = forward ? k : settings.Steps + 1 - k;
            logW.AddInPlace(slope, settings.Beta(t) - settings.Beta(t - 1));
            Moved(z.Shape[1] * (double)z.Shape[0] / settings.Chains);
            if (k == settings.Steps) break;
            var at = forward ? t : t - 1;
            var (next, slopeThere, acceptance) = HamiltonianTransition.Step(on.Path, z, settings.Beta(at), on.Sizes.At((double)at / settings.Steps), settings.Leapfrogs, generator);
            z.CopyInPlace(next);
            slope.CopyInPlace(slopeThere);
            accepted += acceptance.Sum().ToDouble();
            moves += acceptance.Count;
        }
        return scope.Keep(logW);
    }

    private void Moved(double examplesMoved) => progress?.Report(Math.Min(1, (done += examplesMoved) / work));
}
