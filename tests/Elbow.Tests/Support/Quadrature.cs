using Elbow.Torch;

namespace Elbow.Tests.Support;

/// <summary>Points of a space with weights: Simpson's rule on intervals, or every value of a finite set with weight 1.</summary>
internal sealed class Quadrature
{
    private readonly double[] points, weights;

    private Quadrature(double[] points, double[] weights) => (this.points, this.weights) = (points, weights);

    /// <summary>How many coordinates a point has.</summary>
    internal int Dimensions => points.Length / weights.Length;

    /// <summary>Simpson's rule on a box: the error falls with the fourth power of the step where the integrand is smooth.</summary>
    internal static Quadrature Box(params (double Lo, double Hi, int Intervals)[] axes) => Product(axes.Select(Simpson));

    /// <summary>∫ f of several integrands that share work. <c>f: (G, D) → (G)</c> each.</summary>
    internal double[] IntegrateAll(Func<Tensor, Tensor[]> f)
    {
        using var scope = TensorScope.Open();
        var (x, weight) = (Tensor.From(points, [weights.Length, Dimensions]), Tensor.From(weights));
        return [.. f(x).Select(values => (values * weight).Sum().ToDouble())];
    }

    /// <summary>Every vector of values with weight 1: sums over a discrete space.</summary>
    internal static Quadrature Count(params double[][] axes) => Product(axes.Select(values => (values, values.Select(_ => 1.0).ToArray())));

    /// <summary>∫ f over the space. <c>f: (G, D) → (G)</c>.</summary>
    internal double Integrate(Func<Tensor, Tensor> f)
    {
        using var scope = TensorScope.Open();
        var x = Tensor.From(points, [weights.Length, Dimensions]);
        return (f(x) * Tensor.From(weights)).Sum().ToDouble();
    }

    private static (double[], double[]) Simpson((double Lo, double Hi, int Intervals) axis)
    {
        var (lo, hi, n) = axis;
        if (n % 2 != 0) throw new ArgumentException("Simpson's rule needs an even number of intervals", nameof(axis));
        var h = (hi - lo) / n;
        return ([.. Enumerable.Range(0, n + 1).Select(i => lo + i * h)],
            [.. Enumerable.Range(0, n + 1).Select(i => h / 3 * (i == 0 || i == n ? 1 : i % 2 == 1 ? 4 : 2))]);
    }

    private static Quadrature Product(IEnumerable<(double[] Points, double[] Weights)> axes)
    {
        var all = new List<(double[] Point, double Weight)> { ([], 1) };
        foreach (var (points, weights) in axes)
        {
            all = [.. all.SelectMany(head => points.Zip(weights, (point, weight) => ((double[])[.. head.Point, point], head.Weight * weight)))];
        }
        return new Quadrature([.. all.SelectMany(node => node.Point)], [.. all.Select(node => node.Weight)]);
    }
}
