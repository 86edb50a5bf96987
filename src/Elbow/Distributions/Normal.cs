using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>Independent Gaussians.</summary>
/// <remarks>
/// <para>Equation: log p(x) = −½ Σ_d [ (x_d − μ_d)² / σ_d² + log σ_d² + log 2π ].</para>
/// <para>Shapes: mean and log-variance (or scale) broadcast to <c>(batch…, event…)</c>; <c>x (sample…, batch…, event…)</c> →
/// <c>(sample…, batch…)</c>.</para>
/// <para>Units: nats.</para>
/// <para>Special cases: a scale of shape <c>()</c> or <c>(batch…, 1…)</c> is one σ per event and is never expanded over it.</para>
/// <para>Valid when: σ is positive and finite; a log-variance says so by itself. The scale is a standard deviation.</para>
/// </remarks>
public sealed class Normal : IDistribution, IHasEntropy, IHasClosedFormKl, IPickable, IFactorises
{
    private static readonly double LogTwoPi = Math.Log(2 * Math.PI);
    private readonly Tensor mean;
    private readonly Tensor? scale;
    private readonly SampleShape shape;

    private Normal(Tensor mean, Tensor logVar, Tensor? scale, SampleShape shape) =>
        (this.mean, LogVar, this.scale, this.shape) = (mean, logVar, scale, shape);

    /// <inheritdoc/>
    public int EventAxes => shape.EventAxes;

    /// <inheritdoc/>
    public bool Reparameterised => true;

    /// <inheritdoc/>
    public Tensor Mean => shape.Expand(mean);

    /// <summary>log σ², as broadcastable as it was given.</summary>
    public Tensor LogVar { get; }

    /// <summary>σ, a standard deviation, as broadcastable as it was given.</summary>
    public Tensor Scale => scale ?? (LogVar * 0.5).Exp();

    /// <summary>Gaussians with the given means and logarithms of variances: what encoders put out.</summary>
    /// <param name="mean">μ, a floating tensor.</param>
    /// <param name="logVar">log σ², of the same type; it and the mean broadcast.</param>
    /// <param name="eventAxes">How many trailing axes form one event.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="ArgumentException">A type is not floating, the types differ, or there are fewer axes than the event
    /// needs.</exception>
    public static Normal FromLogVar(Tensor mean, Tensor logVar, int eventAxes = 1) =>
        new(mean, logVar, null, SampleShape.Of(mean, logVar, eventAxes));

    /// <summary>Gaussians with the given means and standard deviations.</summary>
    /// <param name="mean">μ, a floating tensor.</param>
    /// <param name="scale">σ &gt; 0, of the same type; it and the mean broadcast.</param>
    /// <param name="eventAxes">How many trailing axes form one event.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="ArgumentException">A type is not floating, the types differ, or there are fewer axes than the event
    /// needs.</exception>
    public static Normal FromScale(Tensor mean, Tensor scale, int eventAxes = 1)
    {
        var shape = SampleShape.Of(mean, scale, eventAxes);
        return new(mean, 2 * scale.Log(), scale, shape);
    }

    /// <summary>The same Gaussian with another number of trailing axes as one event; 0 makes every latent a batch of its own.</summary>
    public Normal WithEventAxes(int eventAxes) => new(mean, LogVar, scale, new SampleShape(shape.Full, eventAxes));

    /// <inheritdoc/>
    public Tensor Sample(Generator generator, long? count = null) =>
        mean.Addcmul(Scale, Tensor.Randn(shape.Sizes(count), generator, mean.DType));

    /// <inheritdoc/>
    public Tensor LogProb(Tensor x)
    {
        shape.MustTake(x);
        var squares = ComparesEveryPair(x) ? SquaresOfEveryPair(x) : shape.SumEvent(SquaredDifference(x, mean), (-LogVar).Exp());
        return -0.5 * (squares + (shape.SumEvent(LogVar) + shape.EventCount * LogTwoPi));
    }

    /// <inheritdoc/>
    public Tensor LogProbOfEach(Tensor x) => -0.5 * ((x - mean).Square() * (-LogVar).Exp() + (LogVar + LogTwoPi));

    /// <inheritdoc/>
    public Tensor Entropy() => shape.ExpandToBatch(0.5 * (shape.SumEvent(LogVar) + shape.EventCount * (1 + LogTwoPi)));

    /// <summary>KL to another <see cref="Normal"/>, or to a <see cref="FullNormal"/> when the event is a vector; null for all
    /// others.</summary>
    /// <remarks>Equation: KL = ½ Σ_d [ (μ_q − μ_p)² / σ_p² + (eᵟ − 1 − δ) ], δ = log σ_q² − log σ_p².</remarks>
    public Tensor? KlTo(IDistribution p) => p switch
    {
        Normal normal => KlTo(normal),
        FullNormal full when EventAxes == 1 => new FullNormal(Mean, shape.Expand(Scale).DiagEmbed()).KlTo(full),
        _ => null,
    };

    /// <inheritdoc/>
    public IDistribution Pick(Tensor indices) => FromLogVar(shape.Pick(mean, indices), shape.Pick(LogVar, indices), EventAxes);

    private Tensor KlTo(Normal p)
    {
        shape.MustMatch(p.shape);
        var delta = LogVar - p.LogVar;
        // expm1, because eᵟ − 1 − δ of nearly equal variances is a difference of nearly equal numbers that must not turn negative.
        var variances = shape.SumEvent(delta.Expm1() - delta);
        var means = shape.SumEvent(SquaredDifference(Mean, p.Mean), (-p.LogVar).Exp());
        return 0.5 * (means + variances);
    }

    // x (…, 1, D) against M Gaussians (M, D), as a mixture asks.
    private bool ComparesEveryPair(Tensor x) => EventAxes == 1 && shape.Full.Rank == 2 && shape.Full[0] > 1 && x.Rank >= 2 && x.Shape[-2] == 1;

    // Σ_d (x_d − μ_md)² / σ_md² of every row with every member: the differences are squared as they are, because |x|² − 2xμ + |μ|² loses
    // all digits for narrow members far from 0, and the weighted sum is one batched product: a single (M, R, D) intermediate, not two.
    private Tensor SquaresOfEveryPair(Tensor x)
    {
        var (M, D) = (shape.Full[0], shape.Full[1]);
        var rows = x.Reshape(1, -1, D);
        var squares = SquaredDifference(rows, Mean.Unsqueeze(1));
        var precision = (-LogVar).Exp().Expand(shape.Full).Unsqueeze(2);
        return squares.Matmul(precision).Squeeze(2).T.Reshape(x.Shape.Head(x.Rank - 2).Append(M));
    }

    // One full-size result where a difference and its square are two, and one kernel in the backward pass. mse_loss takes broadcast
    // inputs forward, but its gradient wants the full shapes: views.
    private static Tensor SquaredDifference(Tensor a, Tensor b)
    {
        if (a.Shape == b.Shape) return a.MseLoss(b);
        var full = SampleShape.Broadcast(a.Shape, b.Shape, "x", "mean");
        return a.Expand(full).MseLoss(b.Expand(full));
    }
}
