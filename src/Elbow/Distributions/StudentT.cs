using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>Independent Student t variables: heavier tails than a Gaussian, the fewer degrees of freedom the heavier.</summary>
/// <remarks>
/// <para>Equation: log p(x) = Σ_d [ log Γ((ν+1)/2) − log Γ(ν/2) − ½ log(πν) − log s_d − (ν+1)/2 · log(1 + y_d²/ν) ], y = (x − μ) / s.</para>
/// <para>Shapes: location and log-scale broadcast to <c>(batch…, event…)</c>, one ν for all; <c>x (sample…, batch…, event…)</c> →
/// <c>(sample…, batch…)</c>.</para>
/// <para>Units: nats. The scale s is no standard deviation: that is s √(ν/(ν−2)) for ν above 2, and infinite up to 2.</para>
/// <para>Special cases: ν = 1 is the Cauchy distribution; ν → ∞ the Gaussian.</para>
/// <para>Valid when: ν is above 1, or the mean is not asked for: up to 1 there is none, and <see cref="Mean"/> is the location.</para>
/// <para>Source of the draws: R. W. Bailey, Polar generation of random variates with the t-distribution, Math. Comp. 62 (1994): exact for
/// every ν, without rejection, hence with gradients.</para>
/// </remarks>
public sealed class StudentT : IDistribution, IHasEntropy, IPickable, IFactorises
{
    private readonly Tensor location;
    private readonly double degrees;
    private readonly double logNormaliser;
    private readonly SampleShape shape;

    /// <summary>Student t variables.</summary>
    /// <param name="location">μ, a floating tensor.</param>
    /// <param name="logScale">log s, of the same type; it and the location broadcast.</param>
    /// <param name="degrees">ν &gt; 0, degrees of freedom.</param>
    /// <param name="eventAxes">How many trailing axes form one event.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="ArgumentException">A type is not floating, the types differ, there are fewer axes than the event needs, or ν is
    /// not positive.</exception>
    public StudentT(Tensor location, Tensor logScale, double degrees, int eventAxes = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degrees);
        shape = SampleShape.Of(location, logScale, eventAxes);
        (this.location, LogScale, this.degrees) = (location, logScale, degrees);
        logNormaliser = At(degrees / 2, x => x.Lgamma()) - At((degrees + 1) / 2, x => x.Lgamma()) + 0.5 * Math.Log(Math.PI * degrees);
    }

    /// <inheritdoc/>
    public int EventAxes => shape.EventAxes;

    /// <inheritdoc/>
    public bool Reparameterised => true;

    /// <inheritdoc/>
    public Tensor Mean => shape.Expand(location);

    /// <summary>log s, as broadcastable as it was given.</summary>
    public Tensor LogScale { get; }

    /// <inheritdoc/>
    public Tensor Sample(Generator generator, long? count = null)
    {
        var (u, v) = (OpenUniform.Draw(shape.Sizes(count), generator, location.DType), OpenUniform.Draw(shape.Sizes(count), generator, location.DType));
        var radius = (degrees * (u.Log() * (-2 / degrees)).Expm1()).Sqrt();
        return location + LogScale.Exp() * (radius * (v * (2 * Math.PI)).Cos());
    }

    /// <inheritdoc/>
    public Tensor LogProb(Tensor x)
    {
        shape.MustTake(x);
        var y = (x - shape.Expand(location)) * (-LogScale).Exp();
        var tails = (y.Square() / degrees).Log1p().SumLast(EventAxes);
        return -0.5 * (degrees + 1) * tails - (shape.SumEvent(LogScale) + shape.EventCount * logNormaliser);
    }

    /// <inheritdoc/>
    public Tensor LogProbOfEach(Tensor x)
    {
        var y = (x - location) * (-LogScale).Exp();
        return -0.5 * (degrees + 1) * (y.Square() / degrees).Log1p() - (LogScale + logNormaliser);
    }

    /// <summary>H = Σ_d [ log s_d + (ν+1)/2 (ψ((ν+1)/2) − ψ(ν/2)) + ½ log ν + log B(ν/2, ½) ], ψ the digamma function.</summary>
    public Tensor Entropy()
    {
        var each = logNormaliser + 0.5 * (degrees + 1) * (At((degrees + 1) / 2, x => x.Digamma()) - At(degrees / 2, x => x.Digamma()));
        return shape.ExpandToBatch(shape.SumEvent(LogScale) + shape.EventCount * each);
    }

    /// <inheritdoc/>
    public IDistribution Pick(Tensor indices) => new StudentT(shape.Pick(location, indices), shape.Pick(LogScale, indices), degrees, EventAxes);

    private static double At(double x, Func<Tensor, Tensor> function)
    {
        using var scope = TensorScope.Open();
        return function(Tensor.From(x)).ToDouble();
    }
}
