using Elbow.Torch;

namespace Elbow.Tests.Support;

/// <summary>Autograd against central finite differences.</summary>
internal static class Gradients
{
    /// <summary>
    /// Checks the gradient of every output of a function with respect to every element of its float64 inputs: the outputs are weighted
    /// by fixed numbers of either sign, so that errors do not cancel, and each element is moved by ± <paramref name="step"/>.
    /// </summary>
    /// <param name="function">Deterministic: randomness comes from a generator that it seeds itself.</param>
    /// <param name="inputs">Where.</param>
    /// <param name="tolerance">Relative to the largest gradient of the same input, or to 1 when that is smaller.</param>
    /// <param name="step">h of (f(x + h) − f(x − h)) / 2h.</param>
    internal static void Check(Func<Tensor[], Tensor> function, Tensor[] inputs, double tolerance = 1e-6, double step = 1e-5)
    {
        var leaves = inputs.Select(input => input.Detach().Clone().WithGrad()).ToArray();
        var exact = Autograd.Grad(Weigh(function(leaves)), leaves);
        for (var k = 0; k < inputs.Length; k++)
        {
            var found = exact[k].ToArray<double>();
            var wanted = Numeric(function, inputs, k, step);
            var allowed = tolerance * Math.Max(1, wanted.Max(Math.Abs));
            for (var i = 0; i < wanted.Length; i++)
            {
                var near = Math.Abs(found[i] - wanted[i]) <= allowed;
                Assert.True(near, $"input {k} element {i}: autograd {found[i]:R}, finite difference {wanted[i]:R}");
            }
        }
    }

    private static double[] Numeric(Func<Tensor[], Tensor> function, Tensor[] inputs, int moved, double step)
    {
        var values = inputs[moved].ToArray<double>();
        return [.. values.Select((value, i) => (At(value + step, i) - At(value - step, i)) / (2 * step))];

        double At(double value, int i)
        {
            using var scope = TensorScope.Open();
            var changed = values.ToArray();
            changed[i] = value;
            var arguments = inputs.ToArray();
            arguments[moved] = Tensor.From(changed, inputs[moved].Shape.AsSpan());
            return Weigh(function(arguments)).ToDouble();
        }
    }

    private static Tensor Weigh(Tensor outputs)
    {
        var weights = (Tensor.Arange(1, outputs.Count + 1, DType.Float64) * 0.7).Cos();
        return (outputs * weights.Reshape(outputs.Shape)).Sum();
    }
}
