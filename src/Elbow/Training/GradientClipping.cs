using Elbow.Torch;

namespace Elbow.Training;

/// <summary>Limits a gradient before the step.</summary>
public static class GradientClipping
{
    /// <summary>Scales all gradients by min(1, max/‖g‖), where ‖g‖ is the Euclidean norm over all of them (Pascanu et al. 2013, arXiv 1211.5063).</summary>
    /// <returns>‖g‖ before clipping.</returns>
    public static double ByNorm(IReadOnlyList<Tensor> gradients, double max)
    {
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var norm = Tensor.Stack(0, [.. gradients.Select(gradient => gradient.Norm())]).Norm().ToDouble();
        if (norm > max)
        {
            foreach (var gradient in gradients) gradient.MulInPlace(max / norm);
        }
        return norm;
    }

    /// <summary>Clamps every element to ±<paramref name="max"/>.</summary>
    public static void ByValue(IReadOnlyList<Tensor> gradients, double max)
    {
        using var frozen = Autograd.NoGrad();
        foreach (var gradient in gradients) gradient.ClampInPlace(-max, max);
    }
}
