using System.Text.Json;
using Elbow.Evaluation.Metrics;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation.Metrics;

/// <summary>The sets of tests/golden/metrics/make.py, and what it says of them.</summary>
internal static class Sets
{
    internal static readonly MetricOptions Usual = new();

    internal static JsonElement Golden { get; } = Support.Golden.Read("metrics/values.json");

    internal static Tensor Real => Sines(0, 60, 5);

    internal static Tensor Fake => Sines(1, 50, 5);

    internal static Tensor Sines(int s, int N, int D) => Tensor.From(
        [.. from n in Enumerable.Range(0, N) from d in Enumerable.Range(0, D) select Math.Sin(1.3 * s + 0.7 * n + 1.9 * d + 0.37 * n * d) * (1 + 0.5 * d) + Math.Sin(0.7 * n + s) + 0.2 * s], [N, D]);

    internal static Tensor Shuffled(this Tensor x, ulong seed)
    {
        using var generator = new Generator(seed);
        return x.IndexSelect(0, Tensor.RandPerm(x.Shape[0], generator));
    }

    internal static Tensor Turn(int D)
    {
        var (turn, _) = Small.Normal(77, D, D).Qr();
        return turn;
    }
}
