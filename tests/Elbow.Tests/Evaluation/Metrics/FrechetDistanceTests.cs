using Elbow.Evaluation.Metrics;
using Elbow.Experiments;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation.Metrics;

public sealed class FrechetDistanceTests
{
    private static readonly FrechetDistance Fid = new();

    [Fact]
    public void Compare_GoldenSets_IsTheMatrixRootOfScipy()
    {
        using var scope = TensorScope.Open();
        Assert.Equal(Sets.Golden.GetProperty("fid").GetDouble(), Fid.Compare(Sets.Real, Sets.Fake, Sets.Usual)["fid"].Value, 1e-10);
    }

    // Spectra over eleven decades, as those of networks' features. An eigenvalue that is rounding, ε of the largest, has a root of √ε: 10⁻⁸. The root of S₁S₂ and ours of
    // its symmetric form agree to 2·10⁻¹⁰ with the eigensolver of OpenBLAS 0.3.21 and to 3·10⁻⁹ with that of 0.3.34.
    [Fact]
    public void Compare_GoldenSetsOf256Features_IsTheMatrixRootOfScipy()
    {
        using var scope = TensorScope.Open();
        var wanted = Sets.Golden.GetProperty("fid256").GetDouble();
        Assert.Equal(wanted, Fid.Compare(Sets.Sines(0, 600, 256), Sets.Sines(1, 520, 256), Sets.Usual)["fid"].Value, 1e-8 * wanted);
    }

    [Fact]
    public void Gaussians_256CommutingCovariances_IsTheClosedForm()
    {
        using var scope = TensorScope.Open();
        const int D = 256;
        var turn = Sets.Turn(D);
        // Deviations over four decades.
        var (s1, s2, zero) = ((Tensor.Arange(0, D, DType.Float64) * (-4 * Math.Log(10) / D)).Exp(), (Tensor.Arange(0, D, DType.Float64) * (-4 * Math.Log(10) / D) + 0.2).Exp(), Tensor.Zeros([D], DType.Float64));
        var wanted = (s1 - s2).Square().Sum().ToDouble();
        Assert.Equal(wanted, FrechetDistance.Gaussians(zero, Covariance(s1), zero, Covariance(s2)), 1e-8);

        Tensor Covariance(Tensor sigma) => turn.T.Matmul(sigma.Square().DiagEmbed()).Matmul(turn);
    }

    [Fact]
    public void Compare_Shrunk_IsLedoitAndWolfByLoops()
    {
        using var scope = TensorScope.Open();
        var result = Fid.Compare(Sets.Real, Sets.Fake, Sets.Usual with { Shrink = true });
        var rho = Sets.Golden.GetProperty("shrinkage").Numbers();
        Assert.Equal(rho, [result.Settings["shrinkageReal"], result.Settings["shrinkageFake"]], (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(Sets.Golden.GetProperty("fidShrunk").GetDouble(), result["fid"].Value, 1e-10);
        Assert.Equal(BiasDirection.Either, result["fid"].Bias);
    }

    // ‖m₁ − m₂‖² + Σ(σ₁ − σ₂)², in the axes of both and in any other ones.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gaussians_CommutingCovariances_IsTheClosedForm(bool turned)
    {
        using var scope = TensorScope.Open();
        var turn = turned ? Sets.Turn(4) : Tensor.Eye(4, DType.Float64);
        var (m1, m2, s1, s2) = (Tensor.From(1.0, 0, -2, 0.5), Tensor.From(0.0, 0, 1, 3), Tensor.From(1.0, 2, 0.5, 0), Tensor.From(3.0, 2, 0.1, 1));
        var value = FrechetDistance.Gaussians(m1.Matmul(turn), Covariance(s1), m2.Matmul(turn), Covariance(s2));
        Assert.Equal((m1 - m2).Square().Sum().ToDouble() + (s1 - s2).Square().Sum().ToDouble(), value, 1e-7);

        Tensor Covariance(Tensor sigma) => turn.T.Matmul(sigma.Square().DiagEmbed()).Matmul(turn);
    }

    // Between N(0, A) and N(0, B) the optimal map is T with T A T = B; from a chosen T the distance is tr A + tr B − 2 tr(T A).
    [Fact]
    public void Gaussians_FullCovariances_IsTheCostOfTheOptimalMap()
    {
        using var scope = TensorScope.Open();
        var (root, t) = (Small.Normal(1, 5, 5), Small.Normal(2, 5, 5));
        var (A, T) = (root.Matmul(root.T), t.Matmul(t.T));
        var (B, zero) = (T.Matmul(A).Matmul(T), Tensor.Zeros([5], DType.Float64));
        var wanted = (A.Diagonal().Sum() + B.Diagonal().Sum() - 2 * T.Matmul(A).Diagonal().Sum()).ToDouble();
        Assert.Equal(wanted, FrechetDistance.Gaussians(zero, A, zero, B), 1e-9 * Math.Abs(wanted));
        Assert.Equal(wanted, FrechetDistance.Gaussians(zero, B, zero, A), 1e-9 * Math.Abs(wanted));
    }

    [Fact]
    public void Gaussians_NoCovariance_IsRefused()
    {
        using var scope = TensorScope.Open();
        var (zero, good) = (Tensor.Zeros([2], DType.Float64), Tensor.Eye(2, DType.Float64));
        Assert.Throws<RunFailedException>(() => FrechetDistance.Gaussians(zero, Tensor.From(1.0, -0.5).DiagEmbed(), zero, good));
    }

    [Fact]
    public void Compare_TurnedMovedOrSwapped_IsTheSame()
    {
        using var scope = TensorScope.Open();
        var (x, y, turn) = (Sets.Real, Sets.Fake, Sets.Turn(5));
        var value = Value(x, y);
        Assert.Equal(value, Value(x.Matmul(turn) + 3.0, y.Matmul(turn) + 3.0), 1e-9);
        Assert.Equal(value, Value(y, x), 1e-9);
        Assert.Equal(value, Value(x.Shuffled(1), y.Shuffled(2)), 1e-10);
        Assert.Equal(0, Value(x, x.Shuffled(3)), 1e-6);
    }

    [Fact]
    public void Compare_EqualDistributions_IsHighAndItsCorrectionIsNot()
    {
        using var scope = TensorScope.Open();
        var results = Enumerable.Range(0, 20).Select(n => Fid.Compare(Small.Normal((ulong)(2 * n), 300, 8), Small.Normal((ulong)(2 * n + 1), 300, 8), Sets.Usual)).ToArray();
        var (plain, corrected) = (Estimate.Of([.. results.Select(r => r["fid"].Value)]), Estimate.Of([.. results.Select(r => r["fidCorrected"].Value)]));
        Assert.True(plain.Value > 10 * plain.StandardError, $"{plain}");
        Assert.True(Math.Abs(corrected.Value) < 5 * corrected.StandardError && Math.Abs(corrected.Value) < 0.15 * plain.Value, $"plain {plain.Value}, corrected {corrected.Value} ± {corrected.StandardError}");
    }

    [Fact]
    public void Compare_DifferentDistributions_ScattersByItsStandardError()
    {
        using var scope = TensorScope.Open();
        var results = Enumerable.Range(0, 40).Select(n => Fid.Compare(Small.Normal((ulong)(2 * n), 200, 4), Small.Normal((ulong)(2 * n + 1), 200, 4) * 1.5 + 0.5, Sets.Usual)["fid"]).ToArray();
        var scatter = Estimate.Of([.. results.Select(r => r.Value)]).StandardError * Math.Sqrt(results.Length);
        Assert.InRange(Math.Sqrt(results.Average(r => r.StandardError * r.StandardError)) / scatter, 0.7, 1.4);
    }

    [Fact]
    public void Compare_TooFewRows_AsksForMoreOrShrinkage()
    {
        using var scope = TensorScope.Open();
        var error = Assert.Throws<UserException>(() => Fid.Compare(Small.Normal(1, 100, 10), Small.Normal(2, 19, 10), Sets.Usual));
        Assert.Equal("fid of 10 features needs at least 20 fake rows, there are 19", error.What);
        Assert.Contains("--shrink", error.Mend);
        Assert.True(Fid.Compare(Small.Normal(1, 100, 10), Small.Normal(2, 19, 10), Sets.Usual with { Shrink = true })["fid"].Value > 0);
    }

    private static double Value(Tensor x, Tensor y) => Fid.Compare(x, y, Sets.Usual)["fid"].Value;
}
