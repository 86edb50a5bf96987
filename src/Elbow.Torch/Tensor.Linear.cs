using Elbow.Torch.Native;

namespace Elbow.Torch;

public sealed partial class Tensor
{
    /// <summary>Matrix product, batched over leading axes.</summary>
    public Tensor Matmul(Tensor other) => Aten.Matmul.Call(this, other);

    /// <summary>x Wᵀ + b. <c>x (…, I)</c>, <c>weight (O, I)</c>, <c>bias (O)</c> → <c>(…, O)</c>.</summary>
    public Tensor Linear(Tensor weight, Tensor? bias = null) => Aten.Linear.Call(this, weight, bias);

    /// <summary>Euclidean distances between rows. <c>(…, P, L)</c>, <c>(…, R, L)</c> → <c>(…, P, R)</c>.</summary>
    public Tensor Cdist(Tensor other) => Aten.Cdist.Call(this, other);

    /// <summary>Lower Cholesky factor of a positive definite matrix.</summary>
    public Tensor Cholesky() => Aten.Cholesky.Call(this);

    /// <summary>Solves L y = b for a lower triangular matrix (this).</summary>
    public Tensor SolveLower(Tensor b) => Aten.SolveTriangular.Call(this, b, false);

    /// <summary>Solves A y = b for a square matrix (this).</summary>
    public Tensor Solve(Tensor b) => Aten.Solve.Call(this, b);

    /// <summary>Eigenvalues, ascending, and eigenvectors (columns) of a symmetric matrix.</summary>
    public (Tensor Values, Tensor Vectors) Eigh() => Pair(Aten.Eigh.CallMany(2, this));

    /// <summary>Eigenvalues alone, ascending, of a symmetric matrix.</summary>
    public Tensor Eigvalsh() => Aten.Eigvalsh.Call(this);

    /// <summary>Orthonormal and upper triangular factor.</summary>
    public (Tensor Q, Tensor R) Qr() => Pair(Aten.Qr.CallMany(2, this));

    /// <summary>Singular value decomposition U S Vᵀ, thin.</summary>
    public (Tensor U, Tensor S, Tensor Vt) Svd()
    {
        var parts = Aten.Svd.CallMany(3, this, false);
        return (parts[0], parts[1], parts[2]);
    }

    /// <summary>log |det| of a square matrix.</summary>
    public Tensor LogAbsDet() => Aten.Slogdet.CallMany(2, this)[1];

    /// <summary>
    /// Two-dimensional convolution. <c>x (B, C, H, W)</c>, <c>weight (O, C, k, k)</c>. On the CPU the sizes choose the way, of which three are Elbow's own
    /// (docs/decisions/0010-ways-of-a-convolution.md): products with patches for one channel, products place by place into images of at most 4 × 4, and minimal filtering
    /// (Winograd) for many channels, whose float32 results are off by about 1e-6 of their standard deviation.
    /// </summary>
    /// <remarks>
    /// Minimal filtering adds and subtracts neighbouring values before it multiplies: one infinite value makes its whole tile NaN, float32 values near 1e37 overflow before their
    /// product would, and small values beside very large ones lose their digits.
    /// </remarks>
    public Tensor Conv2d(Tensor weight, Tensor? bias, long stride = 1, long padding = 0)
    {
        if (Device.IsCuda) return Conv2dOfLibtorch(weight, bias, stride, padding);
        var status = NativeMethods.elbow_conv2d(Pointer, weight.Pointer, bias?.Pointer ?? 0, stride, padding, out var result);
        if (status != 0) throw new TorchException("conv2d", bias is null ? $"{Shape} {weight.Shape}" : $"{Shape} {weight.Shape} {bias.Shape}", NativeMethods.LastError());
        GC.KeepAlive(this);
        GC.KeepAlive(weight);
        GC.KeepAlive(bias);
        var image = new Tensor(result);
        if (Trace.IsRecording) Trace.Record("conv2d", "", [this, weight, bias, new[] { stride }, new[] { padding }], image);
        return image;
    }

    /// <summary>The same map by libtorch's own kernels: the reference of <see cref="Conv2d"/>.</summary>
    public Tensor Conv2dOfLibtorch(Tensor weight, Tensor? bias, long stride = 1, long padding = 0) =>
        Aten.Conv2d.Call(this, weight, bias, new[] { stride }, new[] { padding });

    /// <summary>
    /// Transposed two-dimensional convolution. <c>x (B, I, H, W)</c>, <c>weight (I, O, k, k)</c>. On the CPU it runs as the input-gradient of an ordinary
    /// convolution, in the ways of <see cref="Conv2d"/>: the same map, several times faster where libtorch has no kernel of its own (benchmarks/README.md).
    /// </summary>
    /// <param name="weight"><c>(I, O, k, k)</c>.</param>
    /// <param name="bias"><c>(O)</c>, or none.</param>
    /// <param name="stride">Distance of neighbouring inputs in the output.</param>
    /// <param name="padding">Rows and columns cut off at each side of the output.</param>
    /// <param name="outputPadding">Rows and columns added at the end of the output, each below the stride: several sizes shrink to one.</param>
    public Tensor ConvTranspose2d(Tensor weight, Tensor? bias, long stride = 1, long padding = 0, (long Height, long Width) outputPadding = default)
    {
        if (Device.IsCuda) return ConvTranspose2dOfLibtorch(weight, bias, stride, padding, outputPadding);
        var status = NativeMethods.elbow_conv_transpose2d(Pointer, weight.Pointer, bias?.Pointer ?? 0, stride, padding, outputPadding.Height, outputPadding.Width, out var result);
        if (status != 0) throw new TorchException("conv_transpose2d", bias is null ? $"{Shape} {weight.Shape}" : $"{Shape} {weight.Shape} {bias.Shape}", NativeMethods.LastError());
        GC.KeepAlive(this);
        GC.KeepAlive(weight);
        GC.KeepAlive(bias);
        var image = new Tensor(result);
        if (Trace.IsRecording)
            Trace.Record("conv_transpose2d", "input", [this, weight, bias, new[] { stride }, new[] { padding }, new[] { outputPadding.Height, outputPadding.Width }], image);
        return image;
    }

    /// <summary>The same map by libtorch's own kernel: the better one on GPUs, and the reference of <see cref="ConvTranspose2d"/>.</summary>
    public Tensor ConvTranspose2dOfLibtorch(Tensor weight, Tensor? bias, long stride = 1, long padding = 0, (long Height, long Width) outputPadding = default) =>
        Aten.ConvTranspose2d.Call(this, weight, bias, new[] { stride }, new[] { padding }, new[] { outputPadding.Height, outputPadding.Width });

    /// <summary>
    /// Σ over the last axis of x·l − log(1 + eˡ), where this holds the logits l: one pass over memory on the CPU, and one for the gradient.
    /// <c>l (…, D)</c>, <c>x</c> with trailing axes of l → <c>(…)</c>. x gets no gradient.
    /// </summary>
    public Tensor BernoulliLogProb(Tensor x)
    {
        if (Device.IsCuda) return (x * this - Softplus()).SumLast(1);
        var status = NativeMethods.elbow_bernoulli_log_prob(x.Pointer, Pointer, out var result);
        if (status != 0) throw new TorchException("bernoulli_log_prob", $"{x.Shape} {Shape}", NativeMethods.LastError());
        GC.KeepAlive(this);
        GC.KeepAlive(x);
        return new Tensor(result);
    }

    /// <summary>Batch normalisation; running statistics are updated in place when training.</summary>
    public Tensor BatchNorm(Tensor? weight, Tensor? bias, Tensor runningMean, Tensor runningVar, bool training, double momentum, double eps) =>
        Aten.BatchNorm.Call(this, weight, bias, runningMean, runningVar, training, momentum, eps, false);

    /// <summary>Normalisation over the last axes, those of <paramref name="shape"/>.</summary>
    public Tensor LayerNorm(long[] shape, Tensor? weight, Tensor? bias, double eps) => Aten.LayerNorm.Call(this, shape, weight, bias, eps);

    /// <summary>Normalisation over groups of channels.</summary>
    public Tensor GroupNorm(long groups, Tensor? weight, Tensor? bias, double eps) => Aten.GroupNorm.Call(this, groups, weight, bias, eps);

    /// <summary>Mean over windows.</summary>
    public Tensor AvgPool2d(long size, long stride) => Aten.AvgPool2d.Call(this, new[] { size }, new[] { stride });

    /// <summary>Largest element of windows.</summary>
    public Tensor MaxPool2d(long size, long stride) => Aten.MaxPool2d.Call(this, new[] { size }, new[] { stride });

    /// <summary>Constant border: pairs (before, after), last axis first.</summary>
    public Tensor Pad(long[] pads, double value = 0) => Aten.Pad.Call(this, pads, value);

    /// <summary>Nearest-neighbour enlargement to a height and width.</summary>
    public Tensor UpsampleNearest(long height, long width) => Aten.UpsampleNearest2d.Call(this, new[] { height, width });

    /// <summary>Resized to a height and width by linear interpolation; averaged over the pixels that fall together when it shrinks. <c>(B, C, H, W)</c>.</summary>
    public Tensor ResizeBilinear(long height, long width) => Aten.UpsampleBilinear2d.Call(this, new[] { height, width }, false);
}
