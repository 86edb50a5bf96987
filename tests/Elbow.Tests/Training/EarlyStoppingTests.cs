using Elbow.Experiments;
using Elbow.Training;

namespace Elbow.Tests.Training;

public sealed class EarlyStoppingTests
{
    [Fact]
    public void Observe_PatienceOfTwo_StopsAtTheThirdEpochWithoutABest()
    {
        var stopping = new EarlyStopping(new EarlyStopping.Config { Patience = 2 }, 0);
        double[] values = [1, 3, 2, 3, 1];
        Assert.Equal([true, true, false, false, false], values.Select((value, k) => stopping.Observe(k + 1, value)));
        Assert.True(stopping.ShouldStop);
        Assert.Equal((3, 2), (stopping.Best, stopping.BestEpoch));
    }

    [Fact]
    public void Observe_DuringWarmUp_DoesNotWait()
    {
        var stopping = new EarlyStopping(new EarlyStopping.Config { Patience = 0 }, 5);
        stopping.Observe(1, 3);
        for (var epoch = 2; epoch <= 5; epoch++) stopping.Observe(epoch, 1);
        Assert.False(stopping.ShouldStop);
        stopping.Observe(6, 1);
        Assert.True(stopping.ShouldStop);
    }

    [Fact]
    public void Observe_TrainingValuesDuringWarmUp_GiveWayToTheFirstAfterIt()
    {
        var stopping = new EarlyStopping(null, 2, validated: false);
        // β rises, the objective falls: the early values are of another objective.
        foreach (var (epoch, value) in new[] { (1, -1.0), (2, -3), (3, -5), (4, -4), (5, -6) }) stopping.Observe(epoch, value);
        Assert.Equal((-4, 4), (stopping.Best, stopping.BestEpoch));
    }

    [Fact]
    public void ShouldStop_NotConfigured_Never()
    {
        var stopping = new EarlyStopping(null, 0);
        for (var epoch = 1; epoch < 100; epoch++) stopping.Observe(epoch, -epoch);
        Assert.False(stopping.ShouldStop);
        Assert.Equal(1, stopping.BestEpoch);
    }

    [Fact]
    public void Observe_NaN_IsNoBest()
    {
        var stopping = new EarlyStopping(null, 0);
        Assert.False(stopping.Observe(1, double.NaN));
        Assert.True(stopping.Observe(2, -1e300));
    }

    [Fact]
    public void Run_NoImprovement_EndsEarlyAndSaysSo()
    {
        using var run = new TinyRun("training.epochs=50", "training.optimizer.lr=0", "training.earlyStopping.patience=2");
        run.Train();
        // Same weights, fresh validation noise each epoch: the best comes at random, the end must follow it.
        var stopped = Assert.Single(run.Events.OfType<EarlyStopped>());
        Assert.Equal(stopped.BestEpoch + 3, stopped.Epoch);
        Assert.True(run.State.Completed);
    }

    [Fact]
    public void Run_WarmUp_IsWaitedFor()
    {
        using var run = new TinyRun("training.epochs=30", "training.optimizer.lr=0", "training.earlyStopping.patience=0", "objective.warmUp.epochs=20");
        run.Train();
        Assert.True(run.State.Epoch > 20, $"stopped after {run.State.Epoch}");
    }
}
