using Elbow.Distributions;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Objectives;

/// <summary>methods/avae.md section 8, the items about the objective as a function of codes and kernels.</summary>
public sealed class AvaeTests
{
    private const double Ln10 = 2.302585092994046;

    [Fact]
    public void Evaluate_ReleasedForm_IsWhatTheReleasedCodeComputes()
    {
        using var scope = TensorScope.Open();
        // Item 6: sums of exponentials without (2π)^(L/2), floors on that scale, base-10 logarithms, everything divided by β.
        var (points, x) = (Small.Normal(1, 40, 4) * 0.8, Small.Normal(2, 6, 4));
        var config = AvaeCase.Plain with { Beta = 1.7, Logarithm = Avae.LogarithmKind.Ten, Coverage = 0.99, PriorFloor = 1e-3 };
        using var avae = new AvaeCase(config, points);
        var terms = avae.Evaluate(x);
        var h = 0.6;
        var kernels = (x.Unsqueeze(1) - points.Unsqueeze(0)).Square().Sum(2L) * (-0.5 / (h * h));
        var q = kernels.Exp().Mean(1) * Math.Pow(h, -4);
        var floor = Math.Pow(h, -4) * Math.Exp(-0.5 * ChiSquared.Quantile(0.99, 4));
        var p = (x.Square().Sum(1L) * -0.5).Exp();
        var kl = (q + floor).Log() - (p + 1e-3).Log();
        var squares = (x - avae.Model.Decode(x).Mean).Square().Sum(1L);
        Same(kl, terms["kl"]);
        Same(-squares, terms["reconstruction"]);
        Same(squares.Sqrt(), terms["residual"]);
        Assert.Equal(-(squares / 1.7 + kl / Ln10).Mean().ToDouble(), terms.Objective.ToDouble(), 1e-12);
        Assert.Equal(["reconstruction", "kl", "residual", "beta"], terms.Terms.Select(term => term.Name));
    }

    [Fact]
    public void Reconstruction_WithSigmaOfRootHalf_IsTheLogLikelihoodButForAConstant()
    {
        using var scope = TensorScope.Open();
        var x = Small.Normal(2, 6, 3);
        using var avae = new AvaeCase(AvaeCase.Plain, Small.Normal(1, 5, 3));
        Same(avae.Model.Decode(x).LogProb(x) + 1.5 * Math.Log(Math.PI), avae.Evaluate(x)["reconstruction"]);
    }

    [Theory]
    [InlineData(null, 0.0)]
    [InlineData(0.9, 1e-2)]
    [InlineData(1 - 1e-6, 1e-30)]
    public void Gradient_OfTheDivergence_IsTheFormulaAndTheFiniteDifference(double? coverage, double floor)
    {
        using var scope = TensorScope.Open();
        // Item 5.
        var (points, z, h) = (Small.Normal(1, 9, 3), Small.Normal(2, 6, 3) * 2, 0.6);
        using var avae = new AvaeCase(AvaeCase.Plain with { Coverage = coverage, PriorFloor = floor }, points);
        Gradients.Check(inputs => avae.Kl(inputs[0]), [z]);
        var leaf = z.Detach().WithGrad();
        var found = Autograd.Grad(avae.Kl(leaf).Mean(), [leaf])[0];
        var kernels = (z.Unsqueeze(1) - points.Unsqueeze(0)).Square().Sum(2L) * (-0.5 / (h * h));
        var centre = kernels.Softmax(-1).Matmul(points);
        var q = kernels.Exp().Mean(1) * Math.Pow(h, -3);
        var p = (z.Square().Sum(1L) * -0.5).Exp();
        var epsilon = coverage is { } c ? Math.Pow(h, -3) * Math.Exp(-0.5 * ChiSquared.Quantile(c, 3)) : 0;
        var formula = ((q / (q + epsilon)).Unsqueeze(1) * (centre - z) * (1 / (h * h)) + (p / (p + floor)).Unsqueeze(1) * z) * (1.0 / 6);
        Same(formula, found);
    }

    [Fact]
    public void Gradient_WithFloors_LeavesAPointFarFromEverythingAlone()
    {
        using var scope = TensorScope.Open();
        // Row 6 of section 7: where q ≪ ε_q and p ≪ ε_p nothing pulls any more; without floors everything does.
        var z = Tensor.Full(9, [1, 3], DType.Float64).WithGrad();
        using var floored = new AvaeCase(AvaeCase.Plain with { Coverage = 0.9, PriorFloor = 1e-30 }, Small.Normal(1, 9, 3));
        using var plain = new AvaeCase(AvaeCase.Plain, Small.Normal(1, 9, 3));
        Assert.True(Autograd.Grad(floored.Kl(z).Mean(), [z])[0].Norm().ToDouble() < 1e-12);
        Assert.True(Autograd.Grad(plain.Kl(z).Mean(), [z])[0].Norm().ToDouble() > 1);
    }

    [Fact]
    public void Gradient_OfTheKernels_IsAbsent()
    {
        using var scope = TensorScope.Open();
        // The encoder's gradient comes from the batch alone: the codes of the held-out rows are numbers, and a loss through them would differ.
        using var avae = new AvaeCase(AvaeCase.Plain, Small.Normal(1, 5, 3));
        Assert.All(avae.Objective.NamedBuffers(), pair => Assert.False(pair.Value.RequiresGrad, pair.Key));
        Assert.Empty(avae.Objective.NamedParameters());
        var (points, x) = (Small.Normal(1, 5, 3), Small.Normal(2, 6, 3));
        var weight = avae.Model.NamedParameters().First(pair => pair.Key.StartsWith("encoder", StringComparison.Ordinal)).Value;
        var found = Autograd.Grad(avae.Kl(x).Mean(), [weight])[0];
        var through = Autograd.Grad(new KernelDensity(avae.Model.Encode(points).Mean, 0.6).LogProb(avae.Model.Encode(x).Mean).Mean() + 0.5 * avae.Model.Encode(x).Mean.Square().Sum(1L).Mean(), [weight])[0];
        Assert.True((found - through).Norm().ToDouble() > 0.1);
    }

    [Theory]
    // Item 3: the mean divergence of kernels of width h over N(0, s²) in one dimension; zero pull where s² + h² = 1, and nowhere else.
    [InlineData(0.6, 0.8, true)]
    [InlineData(0.6, 1.0, false)]
    [InlineData(0.6, 0.7, false)]
    [InlineData(0.9, 0.43588989435, true)]
    public void Divergence_OfAGaussianInTheLimitOfManyPoints_IsInClosedForm(double h, double s, bool atRest)
    {
        using var scope = TensorScope.Open();
        var (points, z) = (Quantiles(20_001) * s, (Quantiles(3001) * s).WithGrad());
        using var avae = new AvaeCase(AvaeCase.Plain with { Bandwidth = h }, points);
        var kl = avae.Kl(z).Mean();
        var width = s * s + h * h;
        Assert.Equal(0.5 * (-Math.Log(width) - s * s / width + s * s), kl.ToDouble(), 1e-3);
        var pull = (z * Autograd.Grad(kl, [z])[0]).Sum().ToDouble();
        Assert.Equal(s * s - s * s / width, pull, 2e-3);
        Assert.Equal(atRest, Math.Abs(pull) < 2e-3);
    }

    [Fact]
    public void Gradient_WhereItVanishes_PutsTheWeightedMeanOfTheKernelsAtTheShrunkenPoint()
    {
        using var scope = TensorScope.Open();
        // Item 4: (1 − h²) z = Σ w z', found by descending from several starts.
        var points = Small.Normal(1, 30, 2);
        using var avae = new AvaeCase(AvaeCase.Plain, points);
        var z = Small.Normal(2, 5, 2);
        for (var step = 0; step < 3000; step++)
        {
            using var inner = TensorScope.Open();
            var leaf = z.Detach().WithGrad();
            z.AddInPlace(Autograd.Grad(-avae.Kl(leaf).Sum(), [leaf])[0], -0.05);
        }
        // Ascent ends at maxima of q/p, where the gradient is zero.
        var last = z.Detach().WithGrad();
        Assert.True(Autograd.Grad(avae.Kl(last).Sum(), [last])[0].Abs().Amax(0, 1).ToDouble() < 1e-8);
        var w = ((z.Unsqueeze(1) - points.Unsqueeze(0)).Square().Sum(2L) * (-0.5 / 0.36)).Softmax(-1);
        Assert.True((z * (1 - 0.36) - w.Matmul(points)).Abs().Amax(0, 1).ToDouble() < 1e-7);
    }

    [Fact]
    public void Divergence_OfOneKernelLikeThePrior_IsZeroEverywhere()
    {
        using var scope = TensorScope.Open();
        // Item 7, with a width of as nearly one as is allowed.
        using var avae = new AvaeCase(AvaeCase.Plain with { Bandwidth = 1 - 1e-14 }, Tensor.Zeros([1, 4], DType.Float64));
        Assert.True(avae.Kl(Small.Normal(1, 20, 4) * 3).Abs().Amax(0).ToDouble() < 1e-10);
    }

    [Theory]
    // Item 9: low by this much for codes exactly N(0, α²I).
    [InlineData(16, 10_000, 0.72, -0.26, 0.06)]
    [InlineData(64, 20_000, 1.02, -2.0, 0.2)]
    [InlineData(128, 10_000, 1.12, -7.4, 0.5)]
    public void Divergence_AtTheFixedPointWithFinitelyManyPoints_IsLowByTheKnownAmount(int L, int m, double optimal, double wanted, double tolerance)
    {
        using var scope = TensorScope.Open();
        var width = new Bandwidth(L, m, optimal, 0);
        using var avae = new AvaeCase(AvaeCase.Plain with { Bandwidth = width.Corrected }, Small.Normal(1, m, L) * width.Alpha);
        Assert.Equal(wanted, avae.Kl(Small.Normal(2, 400, L) * width.Alpha).Mean().ToDouble(), tolerance);
    }

    [Theory]
    // Item 11: the table of 2.5. h_opt → ln ε_q, on the scale without (2π)^(L/2).
    [InlineData(16, 0.72, 1 - 1e-6, -20.565)]
    [InlineData(64, 1.02, 0.99, -25.055)]
    [InlineData(128, 1.12, 0.9, -36.924)]
    public void Floor_OfTheKernels_IsThatOfTheTable(int L, double optimal, double coverage, double logFloor)
    {
        using var scope = TensorScope.Open();
        // Far from all kernels the floor is all that is left of q.
        var config = AvaeCase.Plain with { Bandwidth = new Bandwidth(L, 2, optimal, 0).Corrected, Coverage = coverage, PriorFloor = 1 };
        using var avae = new AvaeCase(config, Small.Normal(1, 5, L));
        Assert.Equal(logFloor, avae.Kl(Tensor.Full(100, [1, L], DType.Float64)).ToDouble(), 1e-3);
    }

    [Fact]
    public void Rotation_OfCodesAndKernels_ChangesNothing()
    {
        using var scope = TensorScope.Open();
        // Item 14.
        var (points, z) = (Small.Normal(1, 40, 5), Small.Normal(2, 9, 5));
        var (turn, _) = Small.Normal(3, 5, 5).Qr();
        var config = AvaeCase.Plain with { Coverage = 0.99, PriorFloor = 1e-5 };
        using var before = new AvaeCase(config, points);
        using var after = new AvaeCase(config, points.Matmul(turn));
        Same(before.Kl(z), after.Kl(z.Matmul(turn)));
    }

    [Fact]
    public void SamplingDensity_Always_IsNarrowerByTheKernel()
    {
        using var scope = TensorScope.Open();
        using var avae = new AvaeCase(AvaeCase.Plain, Small.Normal(1, 5, 3));
        var z = Small.Normal(2, 6, 3);
        var wanted = Normal.FromScale(Tensor.Zeros([3], DType.Float64), Tensor.Full(0.8, [], DType.Float64));
        Same(wanted.LogProb(z), avae.Objective.SamplingDensity(avae.Model).LogProb(z));
        MonteCarlo.Agree(avae.Objective.SamplingDensity(avae.Model).Sample(new Generator(1), 5000).Select(1, 0).Square(), 0.64, "variance of samples");
    }

    // Largest difference; nothing here is larger than a few hundred.
    private static void Same(Tensor wanted, Tensor found) => Assert.True((wanted - found).Abs().Reshape(-1).Amax(0).ToDouble() < 1e-10, $"{(wanted - found).Abs().Reshape(-1).Amax(0).ToDouble()}");

    // Evenly spread over the mass of N(0, 1): a quadrature in place of draws. <c>(count, 1)</c>
    private static Tensor Quantiles(int count) =>
        ((((Tensor.Arange(0, count, DType.Float64) + 0.5) * (2.0 / count) - 1).Erfinv()) * Math.Sqrt(2)).Unsqueeze(1).Detach();
}
