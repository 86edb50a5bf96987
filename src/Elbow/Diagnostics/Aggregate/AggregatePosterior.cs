namespace Elbow.Diagnostics;

/// <summary>The aggregated posterior of N examples whose posteriors are Gaussians, diagonal or full: an equal-weight mixture, exact over all N.</summary>
/// <remarks>
/// <para><b>Equation:</b> q(z) = (1/N) Σ_n q(z|x_n), q(z|x_n) = N(z; μ_n, diag τ_n²) or N(z; μ_n, S_n S_nᵀ); its marginal in latent j is q(z_j) = (1/N) Σ_n
/// N(z_j; μ_nj, τ_nj²), where of a full covariance τ_nj² = (S_n S_nᵀ)_jj.</para>
/// <para><b>Shapes:</b> μ, log τ² <c>(N, L)</c>, S <c>(N, L, L)</c>; points <c>(P, L)</c> → log-densities <c>(P)</c>. <b>Units:</b> nats. Float64 throughout:
/// posteriors as narrow as 10⁻⁴ and less, along any direction, lose nothing.</para>
/// <para><b>Cost:</b> P·N·L terms, and P·N·L(L + 1)/2 multiplications more for full covariances; see docs/methods/anatomy.md.</para>
/// <para><b>Source:</b> Tomczak, Deep Generative Modeling, equation 4.44.</para>
/// </remarks>
public sealed class AggregatePosterior
{
    private readonly double[] mean, logVar;
    private readonly CholeskyFactors? factors;
    private readonly Lazy<PairwiseLogSumExp> pairs;
    private readonly CholeskyLogSumExp? full;

    private AggregatePosterior(double[] mean, double[] logVar, int latentDim, CholeskyFactors? factors)
    {
        (this.mean, this.logVar, LatentDim, this.factors) = (mean, logVar, latentDim, factors);
        pairs = new(() => new PairwiseLogSumExp(mean, logVar, latentDim));
        full = factors is null ? null : new CholeskyLogSumExp(mean, factors);
    }

    /// <summary>N.</summary>
    public int Count => mean.Length / LatentDim;

    /// <summary>L.</summary>
    public int LatentDim { get; }

    /// <summary>μ <c>(N, L)</c>, row by row.</summary>
    public ReadOnlySpan<double> Mean => mean;

    /// <summary>log τ² <c>(N, L)</c>, row by row: the variances of the marginals.</summary>
    public ReadOnlySpan<double> LogVar => logVar;

    /// <summary>Whether the latents are independent given x.</summary>
    public bool IsDiagonal => factors is null;

    /// <summary>S, of full covariances.</summary>
    internal CholeskyFactors? Factors => factors;

    /// <summary>Of posteriors given row by row.</summary>
    /// <param name="mean">μ <c>(N, L)</c>.</param>
    /// <param name="logVar">log τ² <c>(N, L)</c>.</param>
    /// <param name="latentDim">L.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, there is no row, or a number is not finite or no log-variance that float64 can hold.</exception>
    public static AggregatePosterior From(ReadOnlySpan<double> mean, ReadOnlySpan<double> logVar, int latentDim)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(latentDim, 1);
        if (mean.Length != logVar.Length) throw new ArgumentException($"mean has {mean.Length} numbers, logVar {logVar.Length}: they must be as many", nameof(logVar));
        if (mean.IsEmpty || mean.Length % latentDim != 0) throw new ArgumentException($"{mean.Length} numbers are no rows of {latentDim}", nameof(mean));
        for (var i = 0; i < mean.Length; i++)
        {
            if (!double.IsFinite(mean[i])) throw new ArgumentException($"mean of example {i / latentDim}, latent {i % latentDim} is {mean[i]}", nameof(mean));
            if (!(Math.Abs(logVar[i]) <= 600)) throw new ArgumentException($"logVar of example {i / latentDim}, latent {i % latentDim} is {logVar[i]}: expected -600 to 600", nameof(logVar));
        }
        return new AggregatePosterior(mean.ToArray(), logVar.ToArray(), latentDim, null);
    }

    /// <summary>Of posteriors with full covariances S Sᵀ, given row by row.</summary>
    /// <param name="mean">μ <c>(N, L)</c>.</param>
    /// <param name="scale">S <c>(N, L, L)</c>: lower triangular, with a positive diagonal.</param>
    /// <param name="latentDim">L.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, there is no row, a number is not finite, or S is no such factor.</exception>
    public static AggregatePosterior FromFactors(ReadOnlySpan<double> mean, ReadOnlySpan<double> scale, int latentDim)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(latentDim, 1);
        if ((long)mean.Length * latentDim != scale.Length) throw new ArgumentException($"mean has {mean.Length} numbers, scale {scale.Length}: expected {latentDim} times as many", nameof(scale));
        var factors = CholeskyFactors.From(scale, latentDim);
        var means = From(mean, new double[mean.Length], latentDim).mean;
        return new AggregatePosterior(means, factors.MarginalLogVar(), latentDim, factors);
    }

    /// <inheritdoc cref="FromFactors(ReadOnlySpan{double}, ReadOnlySpan{double}, int)"/>
    public static AggregatePosterior FromFactors(ReadOnlySpan<float> mean, ReadOnlySpan<float> scale, int latentDim) => FromFactors(Widen(mean), Widen(scale), latentDim);

    /// <inheritdoc cref="From(ReadOnlySpan{double}, ReadOnlySpan{double}, int)"/>
    public static AggregatePosterior From(ReadOnlySpan<float> mean, ReadOnlySpan<float> logVar, int latentDim) => From(Widen(mean), Widen(logVar), latentDim);

    /// <summary>log q(z) at points. <c>(P, L)</c> → <c>(P)</c>; −∞ where the density is below the smallest number.</summary>
    public double[] LogDensity(ReadOnlySpan<double> points, PairwiseOptions? options = null)
    {
        var joint = new double[MustBeRows(points)];
        Sums(points.ToArray(), null, joint, null, options);
        return Shifted(joint, -Math.Log(Count));
    }

    /// <summary>log q(z) and the log-densities of all marginals at points. <c>(P, L)</c> → <c>(P)</c> and <c>(P, L)</c>.</summary>
    public (double[] Joint, double[] Each) LogDensities(ReadOnlySpan<double> points, PairwiseOptions? options = null)
    {
        var (joint, each) = (new double[MustBeRows(points)], new double[points.Length]);
        Sums(points.ToArray(), null, joint, each, options);
        return (Shifted(joint, -Math.Log(Count)), Shifted(each, -Math.Log(Count)));
    }

    /// <summary>Draws from the mixture. → <c>(count, L)</c>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The draws are a function of it and of their numbers.</param>
    public double[] Draw(int count, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var random = new StableRandom(CounterHash.Key(seed, 0xD4A3));
        var codes = new int[count];
        for (var i = 0; i < count; i++) codes[i] = random.NextInt(Count);
        return Sample(codes, seed);
    }

    /// <summary>One draw z ~ q(z|x_n) for each of the named examples. → <c>(codes, L)</c>.</summary>
    /// <param name="codes">Numbers n of examples.</param>
    /// <param name="seed">The i-th draw is a function of it, of i and of the posterior.</param>
    public double[] Sample(ReadOnlySpan<int> codes, long seed)
    {
        var (z, eps, away) = (new double[codes.Length * LatentDim], new double[LatentDim], new double[LatentDim]);
        for (var i = 0; i < codes.Length; i++)
        {
            var random = new StableRandom(CounterHash.Key(seed, i));
            for (var j = 0; j < LatentDim; j++) eps[j] = random.NextNormal();
            factors?.Apply(codes[i], eps, away);
            for (var j = 0; j < LatentDim; j++)
            {
                var at = codes[i] * LatentDim + j;
                z[i * LatentDim + j] = mean[at] + (factors is null ? Math.Exp(0.5 * logVar[at]) * eps[j] : away[j]);
            }
        }
        return z;
    }

    /// <summary>Draws one z for each of the named examples and evaluates q(z) there, with the example's own posterior in the mixture and left out.</summary>
    /// <param name="codes">Numbers n of examples; the same may come more than once.</param>
    /// <param name="seed">Of the draws, as in <see cref="Sample"/>.</param>
    /// <param name="options">Threads, progress, cancellation.</param>
    /// <exception cref="InvalidOperationException">There is one example only: nothing can be left out.</exception>
    public OwnDensities AtOwnSamples(ReadOnlySpan<int> codes, long seed, PairwiseOptions? options = null)
    {
        if (Count < 2) throw new InvalidOperationException("an aggregated posterior of one example has nothing left when that is left out");
        var (own, z) = (codes.ToArray(), Sample(codes, seed));
        var (joint, each) = (new double[own.Length], new double[z.Length]);
        Sums(z, own, joint, each, options);
        return OwnDensities.Of(this, own, z, joint, each);
    }

    /// <summary>The same at draws from the posteriors of other examples, none of which is in this mixture: with and without are one then.</summary>
    /// <param name="others">Posteriors of as many latents.</param>
    /// <param name="codes">Numbers of examples in <paramref name="others"/>.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="options">Threads, progress, cancellation.</param>
    public OwnDensities AtSamplesOf(AggregatePosterior others, ReadOnlySpan<int> codes, long seed, PairwiseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(others);
        if (others.LatentDim != LatentDim) throw new ArgumentException($"posteriors of {others.LatentDim} latents against a mixture of {LatentDim}", nameof(others));
        var z = others.Sample(codes, seed);
        var (joint, each) = LogDensities(z, options);
        var ownOfEach = others.LogPosteriorOfEach(codes, z);
        return new OwnDensities(codes.ToArray(), z, others.LogPosterior(codes, z, ownOfEach), ownOfEach, joint, each, joint, each);
    }

    /// <summary>Draws from the mixture, and log q there without the example that each was drawn for: what a held-out code of the same kind would find.</summary>
    /// <exception cref="InvalidOperationException">There is one example only: nothing can be left out.</exception>
    public (double[] Samples, double[] LogDensity) LeftOut(int count, long seed, PairwiseOptions? options = null)
    {
        if (Count < 2) throw new InvalidOperationException("an aggregated posterior of one example has nothing left when that is left out");
        var random = new StableRandom(CounterHash.Key(seed, 0xC0DE));
        var codes = new int[count];
        for (var i = 0; i < count; i++) codes[i] = random.NextInt(Count);
        var (z, joint) = (Sample(codes, seed), new double[count]);
        Sums(z, codes, joint, null, options);
        return (z, Shifted(joint, -Math.Log(Count - 1)));
    }

    /// <summary>The posteriors of some of the examples.</summary>
    internal AggregatePosterior Of(ReadOnlySpan<int> codes)
    {
        var (someMeans, someLogVars) = (new double[codes.Length * LatentDim], new double[codes.Length * LatentDim]);
        for (var i = 0; i < codes.Length; i++)
        {
            mean.AsSpan(codes[i] * LatentDim, LatentDim).CopyTo(someMeans.AsSpan(i * LatentDim));
            logVar.AsSpan(codes[i] * LatentDim, LatentDim).CopyTo(someLogVars.AsSpan(i * LatentDim));
        }
        return new AggregatePosterior(someMeans, someLogVars, LatentDim, factors?.Of(codes));
    }

    /// <summary>The same posteriors around other means <c>(N, L)</c>, which are taken over.</summary>
    internal AggregatePosterior Around(double[] means) => new(means, logVar, LatentDim, factors);

    /// <summary>log q(z_i|x_i) − log q(z_i) for one draw from each posterior. → <c>(N)</c>.</summary>
    internal double[] InformationOfAll(long seed, PairwiseOptions options)
    {
        int[] codes = [.. Enumerable.Range(0, Count)];
        var z = Sample(codes, seed);
        var own = LogPosterior(codes, z, LogPosteriorOfEach(codes, z));
        return [.. own.Zip(LogDensity(z, options), (a, b) => a - b)];
    }

    /// <summary>log q(z_j|x_n) at one point for each example. <c>(codes, L)</c> → <c>(codes, L)</c>.</summary>
    internal double[] LogPosteriorOfEach(ReadOnlySpan<int> codes, ReadOnlySpan<double> z)
    {
        var result = new double[z.Length];
        for (var i = 0; i < z.Length; i++)
        {
            var at = codes[i / LatentDim] * LatentDim + i % LatentDim;
            var scaled = (z[i] - mean[at]) * Math.Exp(-0.5 * logVar[at]);
            result[i] = -0.5 * (scaled * scaled + logVar[at] + Math.Log(2 * Math.PI));
        }
        return result;
    }

    /// <summary>log q(z|x_n) at one point for each example. <c>(codes, L)</c> → <c>(codes)</c>.</summary>
    /// <param name="codes">n of each point.</param>
    /// <param name="z">The points.</param>
    /// <param name="ofEach">Those of the marginals, whose sums they are when latents are independent given x.</param>
    internal double[] LogPosterior(ReadOnlySpan<int> codes, ReadOnlySpan<double> z, double[] ofEach)
    {
        if (factors is null) return OwnDensities.SumOfRows(ofEach, LatentDim);
        var (result, d) = (new double[codes.Length], new double[LatentDim]);
        for (var i = 0; i < result.Length; i++)
        {
            for (var j = 0; j < LatentDim; j++) d[j] = z[i * LatentDim + j] - mean[codes[i] * LatentDim + j];
            factors.Solve(codes[i], d);
            var squares = 0.0;
            foreach (var value in d) squares += value * value;
            result[i] = -0.5 * (squares + LatentDim * Math.Log(2 * Math.PI)) - factors.LogDet(codes[i]);
        }
        return result;
    }

    /// <summary>The total correlation of q(z|x_n), ½ Σ_j log Σ_jj − ½ log det Σ ≥ 0; 0 of a diagonal one.</summary>
    internal double Dependence(int n)
    {
        if (factors is null) return 0;
        var sum = 0.0;
        foreach (var value in logVar.AsSpan(n * LatentDim, LatentDim)) sum += 0.5 * value;
        return Math.Max(0, sum - factors.LogDet(n));
    }

    // Marginals of Gaussians are Gaussians: each latent by itself needs variances alone, whatever the covariance.
    private void Sums(double[] points, int[]? own, double[] joint, double[]? each, PairwiseOptions? options)
    {
        options ??= new PairwiseOptions();
        // What single latents take varies with how narrow posteriors are; a tenth is what it mostly is, and the count never stands still for long.
        var ofJoint = each is null ? 1 : 0.9;
        if (full is null) pairs.Value.Run(points, own, joint, options.Part(0, ofJoint));
        else full.Run(points, own, joint, options.Part(0, ofJoint));
        for (var j = 0; each is not null && j < LatentDim; j++)
        {
            var sums = new MarginalLogSumExp(Column(mean, j), Column(logVar, j)).At(Column(points, j), own, options with { Progress = null });
            for (var p = 0; p < sums.Length; p++) each[p * LatentDim + j] = sums[p];
            options.Progress?.Report((int)Math.Round(joint.Length * (ofJoint + (1 - ofJoint) * (j + 1) / LatentDim)));
        }
    }

    private double[] Column(double[] rows, int j)
    {
        var column = new double[rows.Length / LatentDim];
        for (var i = 0; i < column.Length; i++) column[i] = rows[i * LatentDim + j];
        return column;
    }

    private int MustBeRows(ReadOnlySpan<double> points) => points.Length % LatentDim == 0
        ? points.Length / LatentDim
        : throw new ArgumentException($"{points.Length} numbers are no points with {LatentDim} latents", nameof(points));

    private static double[] Shifted(double[] values, double by)
    {
        for (var i = 0; i < values.Length; i++) values[i] += by;
        return values;
    }

    private static double[] Widen(ReadOnlySpan<float> values)
    {
        var wide = new double[values.Length];
        for (var i = 0; i < wide.Length; i++) wide[i] = values[i];
        return wide;
    }
}
