using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Torch;
using Module = Elbow.Networks.Module;

namespace Elbow.Tests.Priors;

public sealed class FlowPriorTests
{
    [Theory, InlineData(2), InlineData(3), InlineData(5)]
    public void Inverse_OfForward_IsWhereItBegan(int L)
    {
        using var scope = TensorScope.Open();
        foreach (var map in Maps(L, DType.Float64))
        {
            var z = Small.Normal(1, 50, L) * 2;
            Assert.Equal(0, (map.Inverse(map.Forward(z).U) - z).Abs().Amax(0, 1).ToDouble(), 1e-12);
            Assert.Equal(0, (map.Forward(map.Inverse(z)).U - z).Abs().Amax(0, 1).ToDouble(), 1e-12);
        }
        foreach (var map in Maps(L, DType.Float32))
        {
            // The derivative of a spline may be small, and its inverse loses as many digits.
            var z = (Small.Normal(1, 50, L) * 2).To(DType.Float32);
            var error = (map.Inverse(map.Forward(z).U) - z).Abs() / (1 + z.Abs());
            Assert.Equal(0, error.Amax(0, 1).ToDouble(), map is SplineCoupling ? 1e-4 : 1e-6);
        }
    }

    [Theory, InlineData(2), InlineData(3), InlineData(5)]
    public void LogDet_OfALayer_IsThatOfTheNumericalJacobian(int L)
    {
        using var scope = TensorScope.Open();
        const double h = 1e-6;
        foreach (var map in Maps(L, DType.Float64))
        {
            var z = Small.Normal(2, L);
            var columns = Enumerable.Range(0, L).Select(j =>
            {
                var step = Tensor.Eye(L, DType.Float64)[j] * h;
                return (map.Forward(z + step).U - map.Forward(z - step).U) / (2 * h);
            });
            Assert.Equal(Tensor.Stack(1, [.. columns]).LogAbsDet().ToDouble(), map.Forward(z).LogDet.ToDouble(), 1e-7);
        }
    }

    [Theory, InlineData(2), InlineData(3)]
    public void Density_WithoutStretchAndShift_IsTheStandardNormal(int L)
    {
        using var scope = TensorScope.Open();
        var prior = (Module)new FlowPrior.Config { Hidden = [4] }.Build(Small.PriorContext(L));
        using (Autograd.NoGrad())
            foreach (var (_, parameter) in prior.NamedParameters()) parameter.FillInPlace(0);
        var z = Small.Normal(1, 20, L);
        var expected = new StandardNormal(Small.PriorContext(L)).Density().LogProb(z);
        Assert.Equal(0, (((IPrior)prior).Density().LogProb(z) - expected).Abs().Amax(0).ToDouble(), 1e-12);
    }

    [Fact]
    public void Forward_TwoLayersOfOddLength_MoveEveryCoordinate()
    {
        using var scope = TensorScope.Open();
        var layers = Maps(5, DType.Float64).OfType<AffineCoupling>().ToArray();
        var z = Small.Normal(1, 5);
        var u = layers[1].Forward(layers[0].Forward(z).U).U;
        Assert.True(((u - z).Abs() > 1e-6).All());
    }

    [Fact]
    public void Density_OnAFineGrid_IntegratesToOneAndItsMutantDoesNot()
    {
        using var scope = TensorScope.Open();
        var space = Quadrature.Box((-24, 24, 600), (-24, 24, 600));
        var net = new Mlp.Config { Hidden = [6], Activation = ActivationKind.Tanh };
        AffineCoupling[] layers = [.. new ulong[] { 4, 5, 6 }.Select(seed => new AffineCoupling(2, net, Small.Init(seed, InitKind.HeNormal)))];
        var flow = new Flow(Standard(2), layers);
        DensityLaws.IntegratesToOne(flow, space, 1e-4);
        // The log-determinant added to every coordinate and summed with them, as published.
        var faulty = new Flow(Standard(2), [.. layers.Select(layer => new CountedTwice(layer))]);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => DensityLaws.IntegratesToOne(faulty, space, 1e-3));
    }

    [Fact]
    public void Spline_BeyondItsBound_IsTheIdentityAndMeetsItThere()
    {
        using var scope = TensorScope.Open();
        var map = new SplineCoupling(2, new Mlp.Config { Hidden = [6], Activation = ActivationKind.Tanh }, 5, 3, Small.Init(3, InitKind.HeNormal));
        var z = Tensor.From([0.4, -3.1, 0.4, 7, 0.4, -2.9999999, 0.4, 2.9999999], [4, 2]);
        var (u, logDet) = map.Forward(z);
        Assert.Equal([-3.1, 7], u.Select(1, 0).Narrow(0, 0, 2).ToArray<double>());
        Assert.Equal([0, 0], logDet.Narrow(0, 0, 2).ToArray<double>());
        Assert.Equal(0, (u.Select(1, 0) - z.Select(1, 1)).Abs().Amax(0).ToDouble(), 1e-6);
        Assert.Equal(0, logDet.Abs().Amax(0).ToDouble(), 1e-5);
    }

    [Fact]
    public void Spline_WithNetworksOfZero_IsTheIdentity()
    {
        using var scope = TensorScope.Open();
        var map = new SplineCoupling(3, new Mlp.Config { Hidden = [6] }, 4, 3, Small.Init());
        using (Autograd.NoGrad())
            foreach (var (_, parameter) in map.NamedParameters()) parameter.FillInPlace(0);
        var z = Small.Normal(1, 30, 3) * 2;
        var (u, logDet) = map.Forward(z);
        Assert.Equal(0, (u.Flip(-1) - z).Abs().Amax(0, 1).ToDouble(), 1e-12);
        Assert.Equal(0, logDet.Abs().Amax(0).ToDouble(), 1e-12);
    }

    [Fact]
    public void Build_OneLatent_IsRefused() =>
        Assert.Contains("2 latents", Assert.Throws<ArgumentException>(() => new FlowPrior.Config().Build(Small.PriorContext(1))).Message);

    private static Normal Standard(int L) => Normal.FromLogVar(Tensor.Zeros([L], DType.Float64), Tensor.Zeros([L], DType.Float64));

    // Layers with weights large enough to bend.
    private static IEnumerable<IBijection> Maps(int L, DType type)
    {
        for (var seed = 1UL; seed <= 2; seed++)
        {
            var layer = new AffineCoupling(L, new Mlp.Config { Hidden = [6], Activation = ActivationKind.Tanh }, new Init(new Generator(seed), Device.Cpu, type, InitKind.HeNormal));
            yield return layer;
        }
        yield return new SplineCoupling(L, new Mlp.Config { Hidden = [6], Activation = ActivationKind.Tanh }, 5, 3, new Init(new Generator(3), Device.Cpu, type, InitKind.HeNormal));
        yield return new Bend(0.5);
    }

    private sealed class CountedTwice(IBijection sound) : IBijection
    {
        public (Tensor U, Tensor LogDet) Forward(Tensor z)
        {
            var (u, logDet) = sound.Forward(z);
            return (u, 2 * logDet);
        }

        public Tensor Inverse(Tensor u) => sound.Inverse(u);
    }
}
