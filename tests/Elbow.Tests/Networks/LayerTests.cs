using Elbow.Networks;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Networks;

public sealed class LayerTests
{
    private static readonly bool[] Either = [true, false];

    private static readonly NormKind[] Norms = [NormKind.Batch, NormKind.Layer, NormKind.Group];

    private sealed record Case(Func<Init, ILayer> Build, long[] Input, long[] Output);

    private static readonly Dictionary<string, Case> Cases = Layers().Concat(Normalisations()).Concat(Activations()).ToDictionary();

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Forward_AnyLayer_HasTheDocumentedShape(string name)
    {
        using var scope = TensorScope.Open();
        var (build, input, output) = Cases[name];
        Assert.Equal(new Shape(output), build(Small.Init()).Forward(Small.Normal(2, input)).Shape);
    }

    [Theory, MemberData(nameof(Names))]
    public void Forward_AnyLayer_HasTheGradientOfFiniteDifferences(string name)
    {
        using var scope = TensorScope.Open();
        var (build, input, _) = Cases[name];
        var layer = build(Small.Init());
        var x = Small.Normal(2, input);
        Gradients.Check(inputs => layer.Forward(inputs[0]), [x], 1e-5);
        if (layer is not Module module || !module.NamedParameters().Any()) return;
        var weights = Small.Normal(3, Cases[name].Output);
        ParameterGradients.Check(module.NamedParameters(), () => (layer.Forward(x) * weights).Sum(), 1e-5);
    }

    [Fact]
    public void Linear_KnownWeights_IsWxPlusB()
    {
        using var scope = TensorScope.Open();
        using var layer = new Linear(2, 1, Small.Init());
        layer.Load(new Dictionary<string, Tensor> { ["weight"] = Tensor.From([2.0, -3.0], [1, 2]), ["bias"] = Tensor.From(0.5) });
        Assert.Equal([2 * 5 - 3 * 7 + 0.5], layer.Forward(Tensor.From([5.0, 7.0], [1, 2])).ToArray<double>());
    }

    [Theory]
    [InlineData(7, 3, 1, 1, 0)]
    [InlineData(8, 4, 2, 1, 0)]
    [InlineData(9, 4, 2, 1, 1)]
    [InlineData(11, 5, 3, 2, 1)]
    public void ConvTranspose2d_SameWeightsAsConv2d_IsItsAdjoint(int side, int kernel, int stride, int padding, int outputPadding)
    {
        using var scope = TensorScope.Open();
        using var down = new Conv2d(2, 3, kernel, stride, padding, Small.Init(1));
        using var up = new ConvTranspose2d(3, 2, kernel, stride, padding, outputPadding, Small.Init(2));
        var weight = Small.Normal(3, 3, 2, kernel, kernel);
        down.Load(new Dictionary<string, Tensor> { ["weight"] = weight, ["bias"] = Tensor.Zeros([3], DType.Float64) });
        up.Load(new Dictionary<string, Tensor> { ["weight"] = weight, ["bias"] = Tensor.Zeros([2], DType.Float64) });
        var x = Small.Normal(4, 2, 2, side, side);
        var convolved = down.Forward(x);
        var y = Small.Normal(5, convolved.Shape.ToArray());
        Assert.Equal((convolved * y).Sum().ToDouble(), (x * up.Forward(y)).Sum().ToDouble(), 1e-9);
    }

    [Fact]
    public void ChannelsLast_AnyImages_KeepsTheValues()
    {
        using var scope = TensorScope.Open();
        var x = Small.Normal(1, 2, 3, 4, 5);
        Assert.Equal(x.ToArray<double>(), new ChannelsLast().Forward(x).ToArray<double>());
    }

    [Theory]
    [InlineData(ActivationKind.Identity, -1.5, -1.5)]
    [InlineData(ActivationKind.Relu, -1.5, 0)]
    [InlineData(ActivationKind.LeakyRelu, -1.5, -0.015)]
    [InlineData(ActivationKind.Elu, -1.5, -0.7768698398515702)]
    [InlineData(ActivationKind.Gelu, -1.5, -0.1002108019123437)]
    [InlineData(ActivationKind.Silu, -1.5, -0.27363828570953452)]
    [InlineData(ActivationKind.Tanh, -1.5, -0.9051482536448664)]
    [InlineData(ActivationKind.Sigmoid, -1.5, 0.18242552380635635)]
    [InlineData(ActivationKind.Softplus, -1.5, 0.20141327798275246)]
    public void Apply_KnownPoint_IsTheFormula(ActivationKind kind, double x, double expected)
    {
        using var scope = TensorScope.Open();
        Assert.Equal(expected, Activation.Apply(kind, Tensor.From(x)).ToArray<double>()[0], 1e-7);
    }

    private static IEnumerable<KeyValuePair<string, Case>> Layers()
    {
        yield return new("linear", new(init => new Linear(4, 5, init), [3, 4], [3, 5]));
        yield return new("linear, leading axes", new(init => new Linear(4, 5, init), [2, 3, 4], [2, 3, 5]));
        yield return new("linear without bias", new(init => new Linear(4, 5, init, withBias: false), [3, 4], [3, 5]));
        yield return new("conv 3", new(init => new Conv2d(2, 3, 3, 1, 1, init), [2, 2, 5, 4], [2, 3, 5, 4]));
        yield return new("conv 4, stride 2", new(init => new Conv2d(1, 2, 4, 2, 1, init), [2, 1, 7, 6], [2, 2, 3, 3]));
        yield return new("transposed conv", new(init => new ConvTranspose2d(2, 3, 4, 2, 1, 0, init), [2, 2, 3, 4], [2, 3, 6, 8]));
        yield return new("transposed conv, odd", new(init => new ConvTranspose2d(2, 1, 4, 2, 1, 1, init), [2, 2, 3, 2], [2, 1, 7, 5]));
        yield return new("reshape", new(_ => new Reshape(2, 3), [4, 6], [4, 2, 3]));
        yield return new("channels last", new(_ => new ChannelsLast(), [2, 3, 2, 2], [2, 3, 2, 2]));
        yield return new("sequential", new(init => new Sequential(new Linear(3, 4, init), new Activation(ActivationKind.Tanh), new Linear(4, 2, init)), [3, 3], [3, 2]));
        yield return new("gate", new(_ => new Gate(ActivationKind.Identity), [3, 4], [3, 2]));
        yield return new("gated dense", new(init => new Mlp.Config { Hidden = [5], Activation = ActivationKind.Tanh, Gated = true }.Build(4, 3, init), [3, 4], [3, 3]));
        long[] images = [3, 2, 3, 3];
        foreach (var norm in Enum.GetValues<NormKind>())
        {
            yield return new($"residual, {norm}", new(init => new Residual(2, norm, ActivationKind.Silu, init), images, images));
        }
    }

    private static IEnumerable<KeyValuePair<string, Case>> Normalisations() =>
        from norm in Norms
        from image in Either
        from training in Either
        let shape = image ? new long[] { 3, 6, 2, 2 } : [5, 6]
        select new KeyValuePair<string, Case>(
            $"{norm} normalisation of {(image ? "images" : "vectors")}, {(training ? "training" : "evaluating")}", new(init => InMode(new Normalisation(norm, 6, init), training), shape, shape));

    private static IEnumerable<KeyValuePair<string, Case>> Activations() =>
        Enum.GetValues<ActivationKind>().Select(kind => new KeyValuePair<string, Case>($"{kind}", new(_ => new Activation(kind), [3, 4], [3, 4])));

    private static Normalisation InMode(Normalisation layer, bool training)
    {
        layer.SetTraining(training);
        return layer;
    }
}
