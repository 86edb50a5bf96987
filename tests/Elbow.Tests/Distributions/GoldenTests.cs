using System.Text.Json;
using Elbow.Distributions;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Distributions;

/// <summary>Log-densities and entropies of scipy: tests/golden/distributions/make.py.</summary>
public class GoldenTests
{
    private static readonly Dictionary<string, JsonElement> Cases =
        Golden.Read("distributions/values.json").EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void LogProb_OfScipysCase_IsScipys(string name)
    {
        using var scope = TensorScope.Open();
        var expected = Cases[name].GetProperty("logProb").GetDouble();
        var x = Tensor.From(Cases[name].GetProperty("x").Numbers());
        Assert.Equal(expected, Make(name).LogProb(x).ToDouble(), 1e-10 * Math.Abs(expected));
    }

    [Theory, MemberData(nameof(Names))]
    public void Entropy_OfScipysCase_IsScipys(string name)
    {
        using var scope = TensorScope.Open();
        var expected = Cases[name].GetProperty("entropy");
        var known = Make(name) as IHasEntropy;
        Assert.Equal(expected.ValueKind == JsonValueKind.Null, known is null);
        if (known is not null) Assert.Equal(expected.GetDouble(), known.Entropy().ToDouble(), 1e-10);
    }

    private static IDistribution Make(string name) => name switch
    {
        "normal" => Normal.FromScale(Parameter(name, "mean"), Parameter(name, "scale")),
        "full-normal" => new FullNormal(Parameter(name, "mean"), Parameter(name, "scale").Reshape(3, 3)),
        "laplace" => new Laplace(Parameter(name, "mean"), Parameter(name, "scale").Log()),
        "bernoulli" => new Bernoulli(Parameter(name, "logits")),
        "categorical" => new Categorical(Parameter(name, "logits").Reshape(2, 4)),
        "discretised-logistic" => new DiscretisedLogistic(Parameter(name, "mean"), Parameter(name, "scale").Log()),
        _ => throw new ArgumentException($"no distribution for the golden case {name}", nameof(name)),
    };

    private static Tensor Parameter(string name, string parameter) =>
        Tensor.From(Cases[name].GetProperty("parameters").GetProperty(parameter).Numbers());
}
