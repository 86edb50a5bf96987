using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Objectives;

public sealed class TermStatisticsTests
{
    private static readonly (int Start, int Length)[] Batches = [(0, 4), (4, 4), (8, 3)];

    [Fact]
    public void Estimates_BatchesOfDifferentSizes_AreTheMeanAndErrorOfAllExamples()
    {
        using var scope = TensorScope.Open();
        using var statistics = new TermStatistics();
        var values = Values();
        foreach (var (start, length) in Batches) Add(statistics, values.Narrow(0, start, length));
        var expected = Estimate.Of(values.ToArray<double>());
        var (name, found) = statistics.Estimates()[0];
        Assert.Equal("a", name);
        Assert.Equal(11, statistics.Count);
        Assert.Equal(0, Fault(_ => found.Value), 1e-10);
        Assert.Equal(0, Fault(_ => statistics.Objective.Value), 1e-10);
        Assert.Equal(expected.StandardError, found.StandardError, 1e-10);
    }

    // Faults of published code: the loss of the first batch, of all but the last, and the mean over batches as if they were of one size.
    [Fact]
    public void Mutant_BatchesLeftOutOrWeighedAlike_AreRejected()
    {
        using var scope = TensorScope.Open();
        Assert.True(Fault(batches => batches[0].Average()) > 0.1);
        Assert.True(Fault(batches => batches[..^1].SelectMany(batch => batch).Average()) > 0.1);
        Assert.True(Fault(batches => batches.Average(batch => batch.Average())) > 0.01);
    }

    [Fact]
    public void Load_SnapshotInTheMiddle_ContinuesExactly()
    {
        using var scope = TensorScope.Open();
        using var whole = new TermStatistics();
        using var before = new TermStatistics();
        using var after = new TermStatistics();
        var values = Small.Normal(1, 10);
        Add(whole, values.Narrow(0, 0, 5));
        Add(before, values.Narrow(0, 0, 5));
        after.Load(before.Save(), Device.Cpu);
        Add(whole, values.Narrow(0, 5, 5));
        Add(after, values.Narrow(0, 5, 5));
        Assert.Equal(whole.Estimates(), after.Estimates());
        Assert.Equal(whole.Objective, after.Objective);
    }

    // Equal batches: the textbook error of their mean. Unequal ones: the formula written out.
    [Fact]
    public void Objective_OverBatches_HasTheErrorBetweenThem()
    {
        using var scope = TensorScope.Open();
        using var equal = new TermStatistics();
        double[] means = [-3, -1, -2.5, -2];
        foreach (var mean in means) Add(equal, Tensor.From([mean, mean, mean]));
        Assert.Equal(Estimate.Of(means).StandardError, equal.Objective.StandardError, 1e-12);

        using var unequal = new TermStatistics();
        Add(unequal, Tensor.From([1.0, 3]));
        Assert.True(double.IsNaN(unequal.Objective.StandardError));
        Add(unequal, Tensor.From([5.0]));
        Assert.Equal(3, unequal.Objective.Value, 1e-12);
        Assert.Equal(Math.Sqrt(2.0 * (4 * 1 + 1 * 4)) / 3, unequal.Objective.StandardError, 1e-12);
    }

    [Fact]
    public void Reset_AfterBatches_ForgetsThem()
    {
        using var scope = TensorScope.Open();
        using var statistics = new TermStatistics();
        Add(statistics, Small.Normal(1, 5));
        statistics.Reset();
        Assert.Equal(0, statistics.Count);
        Assert.Empty(statistics.Estimates());
    }

    [Fact]
    public void ObjectiveTerms_ColumnInsteadOfVector_IsRefusedByName()
    {
        using var scope = TensorScope.Open();
        var error = Assert.Throws<ShapeException>(() => new ObjectiveTerms(Tensor.From(1.0).Sum(), new Term("kl", Small.Normal(1, 4)), new Term("elbo", Small.Normal(1, 4, 1))));
        Assert.Contains("elbo", error.Message);
    }

    [Fact]
    public void ObjectiveTerms_UnknownName_ListsTheKnown()
    {
        using var scope = TensorScope.Open();
        var terms = new ObjectiveTerms(Tensor.From(1.0).Sum(), new Term("kl", Small.Normal(1, 4)));
        Assert.Contains("kl", Assert.Throws<KeyNotFoundException>(() => terms["mi"]).Message);
    }

    private static void Add(TermStatistics statistics, Tensor values) =>
        statistics.Add(new ObjectiveTerms(values.Mean(), new Term("a", values), new Term("b", -values)), values.Mean().ToDouble());

    private static Tensor Values() => Small.Normal(1, 11) * 3 + 100;

    // How far a mean of batches is from that over all examples.
    private static double Fault(Func<double[][], double> mean)
    {
        var values = Values().ToArray<double>();
        return Math.Abs(mean([.. Batches.Select(batch => values[batch.Start..(batch.Start + batch.Length)])]) - values.Average());
    }
}
