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

    /// <summary>Divides the gradient of each tensor by its own Euclidean norm plus 1e-7: g ← g / (‖g‖ + 1e-7).</summary>
    /// <remarks>Source: the training code of Tomczak and Welling, VAE with a VampPrior, 2018, arXiv 1705.07120.</remarks>
    public static void Normalise(IReadOnlyList<Tensor> gradients)
    {
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        foreach (var gradient in gradients) gradient.MulInPlace((gradient.Norm() + 1e-7).Reciprocal());
    }

    /// <summary>Clamps every element to ±<paramref name="max"/>.</summary>
    public static void ByValue(IReadOnlyList<Tensor> gradients, double max)
    {
        using var frozen = Autograd.NoGrad();
        foreach (var gradient in gradients) gradient.ClampInPlace(-max, max);
    }
}
