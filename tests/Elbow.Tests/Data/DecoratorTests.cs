using Elbow.Data;
using Elbow.Experiments;

namespace Elbow.Tests.Data;

/// <summary>Laws that every wrapper of a dataset obeys.</summary>
public sealed class DecoratorTests
{
    private static readonly ArrayDataset Grey = new(
        "grey", new DataShape(1, 5, 7), [.. Enumerable.Range(0, 35 * 20).Select(i => (byte)(i * 37))], DataRange.Levels(256),
        new LabelColumn("class", [.. Enumerable.Range(0, 20).Select(row => row % 4)], ["a", "b", "c", "d"]));

    public static TheoryData<string> Wrappers => ["subset", "concatenated", "relabelled", "unit", "symmetric", "standardise", "minMax", "threshold", "static", "dynamic", "stacked"];

    [Theory]
    [MemberData(nameof(Wrappers))]
    public void Read_RowByRowOrAllAtOnceInAnyOrder_SameNumbers(string wrapper)
    {
        var data = Wrap(wrapper);
        var all = Some.All(data);
        var order = Permutation.Of(data.Count, 11);
        var shuffled = new float[all.Length];
        data.Read(order, shuffled);
        var one = new float[data.Shape.Size];
        for (var i = 0; i < order.Length; i++)
        {
            data.Read([order[i]], one);
            Assert.Equal(all[(order[i] * one.Length)..((order[i] + 1) * one.Length)], one);
            Assert.Equal(one, shuffled[(i * one.Length)..((i + 1) * one.Length)]);
        }
    }

    [Theory]
    [MemberData(nameof(Wrappers))]
    public void Read_Values_LieInTheRangeThatIsPromised(string wrapper)
    {
        var data = Wrap(wrapper);
        Assert.All(Some.All(data), value => Assert.InRange(value, data.Range.Lower, data.Range.Upper));
    }

    [Theory]
    [MemberData(nameof(Wrappers))]
    public void Read_RowThatIsNotThere_Throws(string wrapper)
    {
        var data = Wrap(wrapper);
        var room = new float[data.Shape.Size];
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Read([data.Count], room));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Read([-1], room));
    }

    [Theory]
    [MemberData(nameof(Wrappers))]
    public void Read_TooLittleRoom_Throws(string wrapper)
    {
        var data = Wrap(wrapper);
        Assert.Throws<ArgumentException>(() => data.Read([0], new float[data.Shape.Size - 1]));
    }

    [Theory]
    [MemberData(nameof(Wrappers))]
    public void Labels_EveryColumn_HasOneCodePerRow(string wrapper)
    {
        var data = Wrap(wrapper);
        Assert.All(data.Labels, column => Assert.Equal(data.Count, column.Codes.Length));
    }

    [Fact]
    public void Subset_RowsAndLabels_AreThoseOfTheInnerRows()
    {
        var subset = new Subset(Grey, [3, 3, 17]);
        Assert.Equal([.. Some.All(Grey).AsSpan(3 * 35, 35), .. Some.All(Grey).AsSpan(3 * 35, 35), .. Some.All(Grey).AsSpan(17 * 35, 35)], Some.All(subset));
        Assert.Equal([3, 3, 1], subset.Labels[0].Codes);
    }

    [Fact]
    public void Subset_OfDynamicData_ChangesWithTheEpoch()
    {
        var data = new Subset(Wrap("dynamic"), [0, 1, 2]);
        Assert.NotEqual(Some.All(((IDataset)data).AtEpoch(0)), Some.All(((IDataset)data).AtEpoch(1)));
    }

    [Fact]
    public void Concatenated_OfDynamicData_ChangesWithTheEpoch()
    {
        IDataset data = new Concatenated("two", Wrap("threshold"), Wrap("dynamic"));
        Assert.Throws<ArgumentException>(() => new Concatenated("mixed", Grey, Wrap("dynamic")));
        Assert.NotEqual(Some.All(data.AtEpoch(0)), Some.All(data.AtEpoch(1)));
    }

    [Fact]
    public void Scaled_Unit_IsTheByteDividedBy255() =>
        Assert.Equal(Some.All(Grey).Select(value => value / 255f), Some.All(Wrap("unit")));

    [Fact]
    public void Scaled_Standardise_HasMeanZeroAndDeviationOne()
    {
        var values = Some.All(Wrap("standardise"));
        Assert.InRange(values.Average(value => (double)value), -1e-5, 1e-5);
        Assert.InRange(values.Average(value => (double)value * value), 1 - 1e-5, 1 + 1e-5);
    }

    [Fact]
    public void Scaled_VectorColumns_AreFittedOneByOneOnTheTrainingRows()
    {
        var training = new ArrayDataset("t", DataShape.Vector(3), [0f, 100f, 5f, 10f, 300f, 5f], DataRange.Real);
        var other = new ArrayDataset("o", DataShape.Vector(3), [20f, 200f, 6f], DataRange.Real);
        var fit = Scaled.Fit(ScaleKind.MinMax, training);
        Assert.Equal([0f, 0f, 0f, 1f, 1f, 0f], Some.All(fit(training)));
        Assert.Equal([2f, 0.5f, 1f], Some.All(fit(other)));
        Assert.Equal(RangeKind.Real, fit(other).Range.Kind);
    }

    [Fact]
    public void Scaled_Undo_GivesTheStoredValues()
    {
        var training = new ArrayDataset("t", DataShape.Vector(2), [0f, 100f, 10f, 300f], DataRange.Real);
        var scaled = (Scaled)Scaled.Fit(ScaleKind.Standardise, training)(training);
        var values = Some.All(scaled);
        scaled.Undo(values);
        Assert.Equal([0f, 100f, 10f, 300f], values);
    }

    [Fact]
    public void Scaled_UnitOfRealNumbers_IsRefused() =>
        Assert.Contains("minMax", Assert.Throws<UserException>(() => Scaled.Fit(ScaleKind.Unit, Some.Rows(3))).Mend);

    [Theory]
    [InlineData(BinariseKind.Static)]
    [InlineData(BinariseKind.Dynamic)]
    public void Binarised_Draws_HaveTheGreyValueAsMean(BinariseKind kind)
    {
        IDataset data = new Binarised(Some.Probabilities(0.3f), kind, 1);
        Assert.InRange(Some.All(data.AtEpoch(3)).Average(), 0.29, 0.31);
    }

    [Fact]
    public void Binarised_Static_IsTheSameInEveryEpochAndDependsOnTheSeed()
    {
        IDataset data = new Binarised(Some.Probabilities(0.5f), BinariseKind.Static, 1);
        Assert.Equal(Some.All(data), Some.All(data.AtEpoch(5)));
        Assert.NotEqual(Some.All(data), Some.All(new Binarised(Some.Probabilities(0.5f), BinariseKind.Static, 2)));
    }

    [Fact]
    public void Binarised_Dynamic_IsDrawnAnewEachEpochAndReproducible()
    {
        IDataset data = new Binarised(Some.Probabilities(0.5f), BinariseKind.Dynamic, 1);
        var epochs = Enumerable.Range(0, 3).Select(epoch => Some.All(data.AtEpoch(epoch))).ToArray();
        Assert.Equal(epochs[1], Some.All(data.AtEpoch(1)));
        var agreement = epochs[1].Zip(epochs[2], (a, b) => a == b ? 1.0 : 0).Average();
        Assert.InRange(agreement, 0.48, 0.52);
    }

    [Fact]
    public void Binarised_Threshold_IsOneFromOneHalfOn()
    {
        var data = new ArrayDataset("h", DataShape.Vector(3), [0.499f, 0.5f, 0.501f], DataRange.Unit);
        Assert.Equal([0f, 1f, 1f], Some.All(new Binarised(data, BinariseKind.Threshold, 0)));
    }

    [Fact]
    public void ArrayDataset_NotFinite_NamesRowAndColumn()
    {
        var mistake = Assert.Throws<UserException>(() => new ArrayDataset("x", DataShape.Vector(2), [0f, 1f, 2f, float.NaN]));
        Assert.Contains("row 1, column 1", mistake.What);
    }

    private static IDataset Wrap(string wrapper) => wrapper switch
    {
        "subset" => new Subset(Grey, [5, 1, 1, 19, 0]),
        "concatenated" => new Concatenated("two", Grey, new Subset(Grey, [2, 4]), Grey),
        "relabelled" => new Relabelled(Grey, []),
        "unit" => Scaled.Fit(ScaleKind.Unit, Grey)(Grey),
        "symmetric" => Scaled.Fit(ScaleKind.Symmetric, Grey)(Grey),
        "standardise" => Scaled.Fit(ScaleKind.Standardise, Grey)(Grey),
        "minMax" => Scaled.Fit(ScaleKind.MinMax, Grey)(Grey),
        "threshold" => new Binarised(Wrap("unit"), BinariseKind.Threshold, 1),
        "static" => new Binarised(Wrap("unit"), BinariseKind.Static, 1),
        "dynamic" => new Binarised(Wrap("unit"), BinariseKind.Dynamic, 1),
        _ => new Subset(new Binarised(Scaled.Fit(ScaleKind.Unit, Grey)(new Subset(Grey, [7, 8, 9])), BinariseKind.Dynamic, 1), [2, 0]),
    };
}
