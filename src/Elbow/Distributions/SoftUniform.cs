using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>Boxes with soft walls: uniform on [a, b] plus logistic noise of scale τ.</summary>
/// <remarks>
/// <para>Equation: log p(x) = Σ_d log [ (S((x_d − a)/τ) − S((x_d − b)/τ)) / (b − a) ], S the logistic function; computed as
/// log S((x − a)/τ) + log S((b − x)/τ) + log(1 − e^{−(b−a)/τ}) − log(b − a), which neither cancels nor underflows.</para>
/// <para>Shapes: the centre broadcasts to <c>(batch…, event…)</c>, one width and softness for all; <c>x (sample…, batch…, event…)</c> →
/// <c>(sample…, batch…)</c>.</para>
/// <para>Units: nats. τ is the distance over which a wall falls by e.</para>
/// <para>Special cases: τ → 0 is the uniform distribution, whose log-density of −∞ outside no posterior with full support can meet.</para>
/// <para>Valid when: exactly normalised for every τ &gt; 0.</para>
/// </remarks>
public sealed class SoftUniform : IDistribution, IPickable, IFactorises
{
    private readonly double width;
    private readonly double softness;
    private readonly SampleShape shape;

    /// <summary>Soft boxes around the given centres.</summary>
    /// <param name="centre">(a + b)/2, a floating tensor.</param>
    /// <param name="width">b − a &gt; 0.</param>
    /// <param name="softness">τ &gt; 0.</param>
    /// <param name="eventAxes">How many trailing axes form one event.</param>
    /// <exception cref="ArgumentException">The type is not floating, there are fewer axes than the event needs, or a number is not
    /// positive.</exception>
    public SoftUniform(Tensor centre, double width, double softness, int eventAxes = 1)
    {
        SampleShape.MustFloat(centre, nameof(centre));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(softness);
        (Mean, this.width, this.softness, shape) = (centre, width, softness, new SampleShape(centre.Shape, eventAxes));
    }

    /// <inheritdoc/>
    public int EventAxes => shape.EventAxes;

    /// <inheritdoc/>
    public bool Reparameterised => true;

    /// <inheritdoc/>
    public Tensor Mean { get; }

    /// <inheritdoc/>
    public Tensor Sample(Generator generator, long? count = null)
    {
        var inside = Tensor.Rand(shape.Sizes(count), generator, Mean.DType) - 0.5;
        var u = OpenUniform.Draw(shape.Sizes(count), generator, Mean.DType);
        return Mean + (inside * width + softness * (u.Log() - (-u).Log1p()));
    }

    /// <inheritdoc/>
    public Tensor LogProb(Tensor x)
    {
        shape.MustTake(x);
        var y = x - Mean;
        var walls = ((y + width / 2) / softness).LogSigmoid() + ((width / 2 - y) / softness).LogSigmoid();
        return walls.SumLast(EventAxes) + shape.EventCount * (LogOneMinusExp(width / softness) - Math.Log(width));
    }

    /// <inheritdoc/>
    public Tensor LogProbOfEach(Tensor x)
    {
        var y = x - Mean;
        return ((y + width / 2) / softness).LogSigmoid() + ((width / 2 - y) / softness).LogSigmoid() + (LogOneMinusExp(width / softness) - Math.Log(width));
    }

    /// <inheritdoc/>
    public IDistribution Pick(Tensor indices) => new SoftUniform(shape.Pick(Mean, indices), width, softness, EventAxes);

    // log(1 − e⁻ˣ). .NET has no expm1; below this the series is exact to rounding.
    private static double LogOneMinusExp(double x) => x < 1e-5 ? Math.Log(x) + Math.Log(1 - x / 2 + x * x / 6) : Math.Log(1 - Math.Exp(-x));
}
