using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>One mixture of discretised logistics per pixel, as in PixelCNN++.</summary>
/// <remarks>
/// <para>Equation: log p(x) = Σ_d log Σ_m w_{d, m} P(x_d; μ_{d, m}, s_{d, m}), P as in <see cref="DiscretisedLogistic"/>.</para>
/// <para>Shapes: log-weights, mean and log-scale <c>(batch…, event…, M)</c>; <c>x (sample…, batch…, event…)</c> →
/// <c>(sample…, batch…)</c>.</para>
/// <para>Units: nats of a probability.</para>
/// <para>Valid when: a product over pixels of one-dimensional mixtures is what is meant. For one choice per image use <see cref="Mixture"/>
/// over a <see cref="DiscretisedLogistic"/> with event axes.</para>
/// <para>Source: T. Salimans, A. Karpathy, X. Chen, D. P. Kingma, PixelCNN++, 2017, arXiv 1701.05517. Departs from the source: every colour
/// channel is a pixel of its own; the means of green and blue do not depend on the channels before.</para>
/// </remarks>
public static class DiscretisedLogisticMixture
{
    /// <summary>The mixture per pixel.</summary>
    /// <param name="logWeights">log w up to a constant, <c>(batch…, event…, M)</c>.</param>
    /// <param name="mean">μ, in the unit of the values.</param>
    /// <param name="logScale">log s.</param>
    /// <param name="eventAxes">How many axes before the last one form one event.</param>
    /// <param name="levels">How many values, at least 2.</param>
    /// <param name="lo">The smallest value.</param>
    /// <param name="hi">The largest value.</param>
    public static Independent Create(
        Tensor logWeights, Tensor mean, Tensor logScale, int eventAxes = 1, long levels = 256, double lo = 0, double hi = 1) =>
        new(new Mixture(logWeights, new DiscretisedLogistic(mean, logScale, 0, levels, lo, hi)), eventAxes);
}
