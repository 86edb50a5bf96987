using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>An affine coupling layer followed by a reversal of the coordinates.</summary>
/// <remarks>
/// <para>Equation: z = (z_a, z_b); u = reverse(z_a, (z_b − t(z_a)) ⊙ e^{−s(z_a)}); log |det| = −Σ_i s_i(z_a). Inverse: after undoing the
/// reversal z_b = e^{s(y_a)} ⊙ y_b + t(y_a).</para>
/// <para>Shapes: <c>(…, L)</c>; z_a has ⌊L/2⌋ coordinates, z_b ⌈L/2⌉, so that in two layers every coordinate is moved, also for odd L.</para>
/// <para>s ends in tanh: a layer stretches by at most e.</para>
/// <para>Source: Dinh et al. 2017, arXiv 1605.08803; the reversal and the tanh as in Tomczak's book (methods/priors.md 2.3). Departs from
/// the source: odd L, which the book leaves undefined.</para>
/// </remarks>
public sealed class AffineCoupling : Module, IBijection
{
    private readonly int kept;
    private readonly Sequential s;
    private readonly Sequential t;

    /// <summary>A coupling layer with two dense networks.</summary>
    /// <param name="latentDim">L, at least 2.</param>
    /// <param name="net">Both networks.</param>
    /// <param name="init">First weights.</param>
    public AffineCoupling(int latentDim, Mlp.Config net, Init init)
    {
        ArgumentNullException.ThrowIfNull(net);
        if (latentDim < 2) throw new ArgumentException("a flow moves one half of the latents by the other: it needs at least 2 latents");
        kept = latentDim / 2;
        s = Child("s", net.Build(kept, latentDim - kept, init));
        t = Child("t", net.Build(kept, latentDim - kept, init));
    }

    /// <inheritdoc/>
    public (Tensor U, Tensor LogDet) Forward(Tensor z)
    {
        var (a, b) = Split(z);
        var stretch = s.Forward(a).Tanh();
        var moved = (b - t.Forward(a)) * (-stretch).Exp();
        return (Tensor.Cat(-1, a, moved).Flip(-1), -stretch.SumLast(1));
    }

    /// <inheritdoc/>
    public Tensor Inverse(Tensor u)
    {
        ArgumentNullException.ThrowIfNull(u);
        var (a, b) = Split(u.Flip(-1));
        return Tensor.Cat(-1, a, s.Forward(a).Tanh().Exp() * b + t.Forward(a));
    }

    private (Tensor Kept, Tensor Moved) Split(Tensor z)
    {
        ArgumentNullException.ThrowIfNull(z);
        return (z.Narrow(-1, 0, kept), z.Narrow(-1, kept, z.Shape[-1] - kept));
    }
}
