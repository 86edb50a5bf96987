using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>Which normalisation follows a hidden layer.</summary>
public enum NormKind
{
    /// <summary>No normalisation.</summary>
    None,
    /// <summary>Batch normalisation: mean and variance per channel over the batch; running averages when evaluating.</summary>
    Batch,
    /// <summary>Layer normalisation: over all features of an example.</summary>
    Layer,
    /// <summary>Group normalisation: over groups of channels of an example.</summary>
    Group,
}

/// <summary>(x − mean)/√(variance + ε) · weight + bias, with mean and variance taken as <see cref="NormKind"/> says.</summary>
/// <remarks>
/// Shapes: <c>(B, C)</c> or <c>(B, C, H, W)</c>, unchanged. By default ε = 1e-5, and a batch counts 0.1 in the running statistics. Special cases: batch
/// normalisation of one number per channel (a last batch of one example) uses the running averages, for one number has no variance.
/// </remarks>
public sealed class Normalisation : Module, ILayer
{
    /// <summary>Share of a batch in the running statistics.</summary>
    public const double DefaultMomentum = 0.1;

    /// <summary>ε.</summary>
    public const double DefaultEpsilon = 1e-5;

    private readonly double momentum;
    private readonly double epsilon;
    private readonly NormKind kind;
    private readonly Tensor weight;
    private readonly Tensor bias;
    private readonly Tensor? mean;
    private readonly Tensor? variance;
    private readonly long groups;

    /// <summary>A normalisation of a number of channels (features, for vectors).</summary>
    public Normalisation(NormKind kind, long channels, Init init, double momentum = DefaultMomentum, double epsilon = DefaultEpsilon)
    {
        ArgumentNullException.ThrowIfNull(init);
        (this.kind, this.momentum, this.epsilon) = (kind, momentum, epsilon);
        weight = Parameter("weight", init.Constant(1, channels));
        bias = Parameter("bias", init.Constant(0, channels));
        // Layer normalisation of an image is group normalisation with one group.
        groups = kind == NormKind.Layer ? 1 : Enumerable.Range(1, 8).Where(g => channels % g == 0).Max();
        if (kind != NormKind.Batch) return;
        mean = Buffer("running_mean", init.Constant(0, channels));
        variance = Buffer("running_var", init.Constant(1, channels));
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return kind == NormKind.Batch
            ? x.BatchNorm(weight, bias, mean!, variance!, Training && x.Count > x.Shape[1], momentum, epsilon)
            : x.GroupNorm(groups, weight, bias, epsilon);
    }

    /// <summary>Whether every example is treated alike: batch normalisation by running statistics.</summary>
    internal bool IsAffine => kind == NormKind.Batch && !Training;

    /// <summary>Then: x · scale + shift, one of each for a channel <c>(C)</c>.</summary>
    internal (Tensor Scale, Tensor Shift) Affine()
    {
        var scale = weight * (variance! + epsilon).Rsqrt();
        return (scale, bias - mean! * scale);
    }
}
