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
        { DataRange.Real, new ContinuousBernoulliLikelihood.Config(), "likelihood of real numbers" },
        { DataRange.Real, new BernoulliLikelihood.Config(), "likelihood of real numbers" },
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

    [Theory]
    [InlineData(0.5f, true)]
    [InlineData(1.000001f, true)]
    [InlineData(1.1f, false)]
    [InlineData(-0.1f, false)]
    public void Run_HeldOutRowOutsideTheTrainingBounds_IsRefused(float value, bool allowed)
    {
        var training = Row(0, 1);
        var fit = Scaled.Fit(ScaleKind.MinMax, training);
        using var splits = new DataSplits(fit(training), null, fit(Row(0.3f, value)), "", "", "", []);
        foreach (var likelihood in new LikelihoodConfig[] { new ContinuousBernoulliLikelihood.Config(), new BernoulliLikelihood.Config { AllowGrey = true } })
        {
            if (allowed) DataCheck.Run(splits, likelihood, _ => { });
            else Assert.Contains("1 of 2 held-out rows lie outside 0 to 1", Assert.Throws<UserException>(() => DataCheck.Run(splits, likelihood, _ => { })).What);
        }
        DataCheck.Run(splits, new NormalLikelihood.Config(), _ => { });
    }

    [Theory]
    [InlineData(256, 0.1f, false)]
    [InlineData(11, 0.1f, true)]
    [InlineData(256, 77 / 255f, true)]
    [InlineData(65536, 54321 / 65535f, true)]
    [InlineData(17, 77 / 255f, false)]
    public void Run_ValueBetweenLevels_IsRefused(int levels, float value, bool allowed)
    {
        using var splits = new DataSplits(Row(0, 1, value), null, null, "", "", "", []);
        foreach (var likelihood in new LikelihoodConfig[] { new DiscretisedLogisticLikelihood.Config { Levels = levels }, new DiscretisedLogisticMixtureLikelihood.Config { Levels = levels } })
        {
            if (allowed) DataCheck.Run(splits, likelihood, _ => { });
            else Assert.Contains("number of levels of the data", Assert.Throws<UserException>(() => DataCheck.Run(splits, likelihood, _ => { })).Mend);
        }
    }

    [Fact]
    public void ScaledIntegers_KeepTheirNumberOfLevels()
    {
        var grey = new ArrayDataset("grey", DataShape.Vector(2), [0f, 16, 8, 3], DataRange.Levels(17));
        Assert.Equal(DataRange.UnitLevels(17), Scaled.Fit(ScaleKind.Unit, grey)(grey).Range);
        Assert.Equal(0, Scaled.Fit(ScaleKind.MinMax, grey)(grey).Range.LevelCount);
    }

    // One column of numbers in [0, 1].
    private static ArrayDataset Row(params float[] values) => new("some", DataShape.Vector(1), values, DataRange.Unit);

    private static DataSplits Splits(DataRange range) =>
        new(new ArrayDataset("some", DataShape.Vector(1), [0f, 1f], range), null, null, "", "", "", []);
}
