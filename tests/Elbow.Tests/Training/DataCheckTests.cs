using Elbow.Data;
using Elbow.Experiments;
using Elbow.Networks;
using Elbow.Training;

namespace Elbow.Tests.Training;

public sealed class DataCheckTests
{
    public static TheoryData<DataRange, LikelihoodConfig, string> Refused => new()
    {
        { DataRange.Unit, new BernoulliLikelihood.Config(), "binarise" },
        { DataRange.Levels(256), new BernoulliLikelihood.Config { AllowGrey = true }, "unit or minMax" },
        { DataRange.Symmetric, new ContinuousBernoulliLikelihood.Config(), "unit or minMax" },
        { DataRange.Levels(17), new CategoricalLikelihood.Config { Levels = 16 }, "levels to 17" },
        { DataRange.Unit, new CategoricalLikelihood.Config { Levels = 16 }, "integer data" },
        { DataRange.Levels(256), new DiscretisedLogisticLikelihood.Config(), "scale to unit" },
        { DataRange.UnitLevels(17), new DiscretisedLogisticLikelihood.Config(), "levels to 17" },
        { DataRange.UnitLevels(256), new DiscretisedLogisticLikelihood.Config { Levels = 17 }, "levels to 256" },
        { DataRange.UnitLevels(17), new DiscretisedLogisticMixtureLikelihood.Config(), "levels to 17" },
    };

    public static TheoryData<DataRange, LikelihoodConfig, int> Accepted => new()
    {
        { DataRange.Binary, new BernoulliLikelihood.Config(), 0 },
        { DataRange.Unit, new BernoulliLikelihood.Config { AllowGrey = true }, 1 },
        { DataRange.UnitLevels(256), new ContinuousBernoulliLikelihood.Config(), 0 },
        { DataRange.Levels(17), new CategoricalLikelihood.Config { Levels = 17 }, 0 },
        { DataRange.UnitLevels(17), new DiscretisedLogisticLikelihood.Config { Levels = 17 }, 0 },
        { DataRange.Unit, new DiscretisedLogisticLikelihood.Config(), 0 },
        { DataRange.Real, new NormalLikelihood.Config(), 0 },
        { DataRange.Binary, new LaplaceLikelihood.Config(), 1 },
    };

    [Theory, MemberData(nameof(Refused))]
    public void Run_ValuesWithoutMass_IsRefusedWithTheMend(DataRange range, LikelihoodConfig likelihood, string mend) =>
        Assert.Contains(mend, Assert.Throws<UserException>(() => DataCheck.Run(Splits(range), likelihood, _ => { })).Mend);

    [Theory, MemberData(nameof(Accepted))]
    public void Run_ValuesWithMass_WarnsWhereTheValueIsNoLikelihood(DataRange range, LikelihoodConfig likelihood, int warnings)
    {
        var warned = new List<string>();
        DataCheck.Run(Splits(range), likelihood, warned.Add);
        Assert.Equal(warnings, warned.Count);
    }

    [Fact]
    public void ScaledIntegers_KeepTheirNumberOfLevels()
    {
        var grey = new ArrayDataset("grey", DataShape.Vector(2), [0f, 16, 8, 3], DataRange.Levels(17));
        Assert.Equal(DataRange.UnitLevels(17), Scaled.Fit(ScaleKind.Unit, grey)(grey).Range);
        Assert.Equal(0, Scaled.Fit(ScaleKind.MinMax, grey)(grey).Range.LevelCount);
    }

    private static DataSplits Splits(DataRange range) =>
        new(new ArrayDataset("some", DataShape.Vector(1), [0f, 1f], range), null, null, "", "", "", []);
}
