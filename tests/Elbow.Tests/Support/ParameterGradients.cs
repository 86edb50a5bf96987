using Elbow.Torch;

namespace Elbow.Tests.Support;

/// <summary>Autograd against central finite differences, with respect to parameters that live inside modules.</summary>
internal static class ParameterGradients
{
    private const int ElementsOfEach = 12;

    /// <summary>Moves elements spread over every float64 parameter by ± <paramref name="step"/> and compares with autograd.</summary>
    /// <param name="parameters">By name.</param>
    /// <param name="scalar">Deterministic: randomness comes from a generator that it seeds itself.</param>
    /// <param name="tolerance">Relative to the largest gradient of the same parameter, or to 1 when that is smaller.</param>
    /// <param name="step">h of (f(x + h) − f(x − h)) / 2h.</param>
    internal static void Check(IEnumerable<KeyValuePair<string, Tensor>> parameters, Func<Tensor> scalar, double tolerance = 1e-6, double step = 1e-5)
    {
        List<KeyValuePair<string, Tensor>> list = [.. parameters];
        Assert.NotEmpty(list);
        var exact = Autograd.Grad(scalar(), [.. list.Select(pair => pair.Value)]);
        using var frozen = Autograd.NoGrad();
        for (var k = 0; k < list.Count; k++)
        {
            var (name, parameter) = list[k];
            var gradient = exact[k].ToArray<double>();
            var allowed = tolerance * Math.Max(1, gradient.Max(Math.Abs));
            var values = parameter.ToArray<double>();
            for (var i = 0; i < values.Length; i += Math.Max(1, values.Length / ElementsOfEach))
            {
                var numeric = (At(parameter, values, i, step, scalar) - At(parameter, values, i, -step, scalar)) / (2 * step);
                Assert.True(Math.Abs(gradient[i] - numeric) <= allowed, $"{name} element {i}: autograd {gradient[i]:R}, finite difference {numeric:R}");
            }
        }
    }

    private static double At(Tensor parameter, double[] values, int i, double move, Func<Tensor> scalar)
    {
        using var scope = TensorScope.Open();
        double[] moved = [.. values];
        moved[i] += move;
        parameter.CopyFrom<double>(moved);
        var result = scalar().ToDouble();
        parameter.CopyFrom<double>(values);
        return result;
    }
}
