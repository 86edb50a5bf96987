using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Tests.Distributions;

/// <summary>Where networks put parameters on bad days: log-densities, draws, entropies and their gradients stay finite.</summary>
public class ExtremeParameterTests
{
    private static readonly Values Logits = new([8], 80, -80, 80, -80, 0, 1e-3, -0.125, 0.125), Bits = new([8], 0, 1, 1, 0, 1, 0, 1, 0);

    private static readonly Dictionary<string, (Func<Tensor[], IDistribution> Build, Values X, Values[] Parameters)> Cases = new()
    {
        ["normal"] = (p => Normal.FromLogVar(p[0], p[1]), new([4], 5, -5, 1e3, 0), [new([4], 0, 0, 0, 0), new([4], 10, -10, 10, -10)]),
        ["full-normal"] = (p => new FullNormal(p[0], p[1]), new([2], 5, -5), [new([2], 0, 0), new([2, 2], 148, 0, 1, 0.0067)]),
        ["laplace"] = (p => new Laplace(p[0], p[1]), new([3], 5, -5, 0), [new([3], 0, 0, 0), new([3], 7, -7, -7)]),
        ["gumbel"] = (p => new Gumbel(p[0], p[1]), new([3], 5, 80, 0), [new([3], 0, 0, 0), new([3], 7, 0, -7)]),
        ["student-t"] = (p => new StudentT(p[0], p[1], 3), new([3], 5, -1e6, 0), [new([3], 0, 0, 0), new([3], 7, -7, -7)]),
        ["soft-uniform"] = (p => new SoftUniform(p[0], 2, 1e-3), new([3], 0.9, 50, -50), [new([3], 0, 0, 0)]),
        ["bernoulli"] = (p => new Bernoulli(p[0]), Bits, [Logits]),
        ["continuous-bernoulli"] = (p => new ContinuousBernoulli(p[0]), Bits, [Logits]),
        ["categorical"] = (p => new Categorical(p[0]), new([2], 0, 2), [new([2, 3], -80, 80, 0, 80, 80, -80)]),
        ["discretised-logistic"] = (p => new DiscretisedLogistic(p[0], p[1]), new([6], 1, 0, 0.6, 1, 0, 0.2),
            [new([6], 0, 1, -3, 4, 0.5, 0.2), new([6], -7, -7, -7, -7, 7, -12)]),
        ["discretised-logistic-mixture"] = (p => DiscretisedLogisticMixture.Create(p[0], p[1], p[2]), new([2], 1, 0),
            [new([2, 2], 80, -80, 0, 0), new([2, 2], 0, 1, 1, 1), new([2, 2], -7, -7, -7, -7)]),
        ["mixture"] = (p => new Mixture(p[0], Normal.FromLogVar(p[1], p[2])), new([2], 5, -5),
            [new([2], 80, -80), new([2, 2], 0, 0, 9, 9), new([2, 2], -10, -10, 10, 10)]),
    };

    public static TheoryData<string, DType> Everything => Names(_ => true);

    public static TheoryData<string, DType> WithEntropy => Names(d => d is IHasEntropy);

    public static TheoryData<string, DType> WithKl => Names(d => d is IHasClosedFormKl);

    public static TheoryData<string, DType> Reparameterised => Names(d => d.Reparameterised);

    [Theory, MemberData(nameof(Everything))]
    public void LogProb_ExtremeParameters_IsFiniteWithFiniteGradients(string name, DType type)
    {
        using var scope = TensorScope.Open();
        var (build, x, _) = Cases[name];
        MustBeFinite(name, type, parameters => build(parameters).LogProb(x.ToTensor(type)));
    }

    [Theory, MemberData(nameof(WithEntropy))]
    public void Entropy_ExtremeParameters_IsFiniteWithFiniteGradients(string name, DType type)
    {
        using var scope = TensorScope.Open();
        MustBeFinite(name, type, parameters => ((IHasEntropy)Cases[name].Build(parameters)).Entropy());
    }

    [Theory, MemberData(nameof(WithKl))]
    public void KlTo_ExtremeParameters_IsFiniteWithFiniteGradients(string name, DType type)
    {
        using var scope = TensorScope.Open();
        var (build, _, values) = Cases[name];
        var p = build([.. values.Select(v => Reversed(v.ToTensor(type)))]);
        MustBeFinite(name, type, parameters => ((IHasClosedFormKl)build(parameters)).KlTo(p)!);
    }

    [Theory, MemberData(nameof(Everything))]
    public void Sample_ExtremeParameters_IsFinite(string name, DType type)
    {
        using var scope = TensorScope.Open();
        Assert.True(Cases[name].Build(Leaves(name, type)).Sample(new Generator(1), 10_000).IsFinite().All());
    }

    [Theory, MemberData(nameof(Reparameterised))]
    public void Sample_ExtremeParameters_HasFiniteGradients(string name, DType type)
    {
        using var scope = TensorScope.Open();
        MustBeFinite(name, type, parameters => Cases[name].Build(parameters).Sample(new Generator(1), 1000));
    }

    private static void MustBeFinite(string name, DType type, Func<Tensor[], Tensor> function)
    {
        var leaves = Leaves(name, type);
        var value = function(leaves);
        Assert.True(value.IsFinite().All(), $"value {string.Join(", ", value.To(DType.Float64).ToArray<double>())}");
        foreach (var gradient in Autograd.Grad(value.Sum(), leaves)) Assert.True(gradient.IsFinite().All());
    }

    // The extremes in the other places; a triangular factor stays one.
    private static Tensor Reversed(Tensor t) => t.Rank == 2 && t.Shape[0] == t.Shape[1] ? t.Flip(0, 1).T : t.Flip(-1);

    private static TheoryData<string, DType> Names(Func<IDistribution, bool> like)
    {
        using var scope = TensorScope.Open();
        var names = Cases.Keys.Where(name => like(Cases[name].Build(Leaves(name, DType.Float64)))).ToArray();
        return [.. names.SelectMany(name => new[] { DType.Float32, DType.Float64 }.Select(type => new TheoryDataRow<string, DType>(name, type)))];
    }

    private static Tensor[] Leaves(string name, DType type) =>
        [.. Cases[name].Parameters.Select(values => values.ToTensor(type).Detach().WithGrad())];
}
