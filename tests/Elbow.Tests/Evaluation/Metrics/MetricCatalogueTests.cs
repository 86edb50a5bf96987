using Elbow.Evaluation.Metrics;
using Elbow.Experiments;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation.Metrics;

public sealed class MetricCatalogueTests
{
    public static TheoryData<string> OfFeatures => [.. MetricCatalogue.All.Where(metric => !metric.OfPictures).Select(metric => metric.Name)];

    [Fact]
    public void Find_Misspelt_GuessesTheName()
    {
        var error = Assert.Throws<UserException>(() => MetricCatalogue.Find("pdrc"));
        Assert.Contains("did you mean prdc?", error.What);
        Assert.Contains("fid, kid, prdc, prd, mmd, swd, sharpness", error.Mend);
    }

    [Theory, MemberData(nameof(OfFeatures))]
    public void Compare_DifferentFeatures_IsRefused(string name)
    {
        using var scope = TensorScope.Open();
        Assert.Equal($"{name}: the real rows have 3 features, the fake ones 4", Assert.Throws<UserException>(() => Compare(name, Small.Normal(1, 300, 3), Small.Normal(2, 300, 4))).What);
    }

    [Theory, MemberData(nameof(OfFeatures))]
    public void Compare_Twice_IsTheSame(string name)
    {
        using var scope = TensorScope.Open();
        var (x, y) = (Small.Normal(1, 220, 3), Small.Normal(2, 220, 3));
        var first = Compare(name, x, y);
        Assert.Equal(first.Values, Compare(name, x, y).Values);
        Assert.All(first.Values, value => Assert.True(double.IsFinite(value.Value) && value.StandardError > 0, $"{value}"));
    }

    private static MetricResult Compare(string name, Tensor x, Tensor y) => MetricCatalogue.Find(name).Compare(x, y, Sets.Usual);
}
