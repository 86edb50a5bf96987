using Elbow.Training;

namespace Elbow.Tests.Training;

public sealed class ScheduleTests
{
    [Fact]
    public void Constant_AnyEpoch_IsOne() => Assert.Equal([1.0, 1, 1], Factors(new ConstantSchedule.Config(), 10, 0, 3, 9));

    [Fact]
    public void Step_EveryThree_FallsAtThreeSixNine() =>
        Assert.Equal([1, 1, 0.5, 0.5, 0.25, 0.125], Factors(new StepSchedule.Config { Every = 3, Gamma = 0.5 }, 10, 0, 2, 3, 5, 6, 9));

    [Fact]
    public void MultiStep_Milestones_FallsAtEach() =>
        Assert.Equal([1, 1, 0.5, 0.5, 0.25], Factors(new MultiStepSchedule.Config { Milestones = [2, 5], Gamma = 0.5 }, 10, 0, 1, 2, 4, 5));

    [Fact]
    public void Cosine_WholeRun_GoesFromOneToTheFloor()
    {
        var factors = Factors(new CosineSchedule.Config { Floor = 0.2 }, 10, 0, 5, 10, 15);
        Assert.Equal([1, 0.6, 0.2, 0.2], factors.Select(factor => Math.Round(factor, 12)));
    }

    [Fact]
    public void Plateau_NoImprovement_FallsAfterPatienceAndStopsAtTheFloor()
    {
        var schedule = (PlateauSchedule)new PlateauSchedule.Config { Patience = 1, Gamma = 0.5, Floor = 0.3, Threshold = 0.01 }.Build(10);
        // 100 is the best; 100.5 is less than one per cent better, so it does not count.
        double[] seen = [100, 100.5, 99, 102, 101, 101, 101, 101];
        double[] factors = [.. seen.Select(value =>
        {
            schedule.Observe(value);
            return schedule.Factor(0);
        })];
        Assert.Equal([1, 1, 0.5, 0.5, 0.5, 0.3, 0.3, 0.3], factors);
    }

    [Fact]
    public void Plateau_NegativeValues_ImproveUpwards()
    {
        var schedule = (PlateauSchedule)new PlateauSchedule.Config { Patience = 0, Threshold = 0.1 }.Build(10);
        foreach (var value in new[] { -100.0, -80, -60 }) schedule.Observe(value);
        Assert.Equal(1, schedule.Factor(0));
        schedule.Observe(-59);
        Assert.Equal(0.5, schedule.Factor(0));
    }

    [Fact]
    public void Plateau_LeastGain_IsAbsoluteWhateverTheSizeOfTheObjective()
    {
        var schedule = (PlateauSchedule)new PlateauSchedule.Config { Patience = 0, Threshold = 0, LeastGain = 0.5 }.Build(10);
        foreach (var value in new[] { -1000, -999.4, -998.8 }) schedule.Observe(value);
        Assert.Equal(1, schedule.Factor(0));
        schedule.Observe(-998.4);
        Assert.Equal(0.5, schedule.Factor(0));
    }

    [Fact]
    public void Plateau_SavedState_Continues()
    {
        var config = new PlateauSchedule.Config { Patience = 1 };
        var (first, second) = ((PlateauSchedule)config.Build(10), (PlateauSchedule)config.Build(10));
        first.Observe(5);
        first.Observe(4);
        second.State = (System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(first.State.ToJsonString())!;
        second.Observe(4);
        Assert.Equal(0.5, second.Factor(0));
        first.Observe(4);
        Assert.Equal(first.State.ToJsonString(), second.State.ToJsonString());
    }

    [Fact]
    public void Plateau_DuringWarmUp_IsNotAsked()
    {
        using var run = new TinyRun(
            "training.epochs=4", "objective.warmUp.epochs=3", "training.schedule.kind=plateau", "training.schedule.patience=0", "training.schedule.threshold=1");
        run.Train();
        // Only the last epoch counts, and the first value is always the best so far.
        Assert.Equal(1, run.State.Schedule.Factor(0));
    }

    private static double[] Factors(ScheduleConfig config, int epochs, params int[] at)
    {
        var schedule = config.Build(epochs);
        return [.. at.Select(schedule.Factor)];
    }
}
