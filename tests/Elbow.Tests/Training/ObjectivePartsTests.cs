using Elbow.Experiments;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

/// <summary>What the training loop owes to objectives with parts of their own.</summary>
[Collection(Alone.Name)]
public sealed class ObjectivePartsTests
{
    [Fact]
    public void Load_ObjectiveWithEveryPart_ContinuesToTheBit()
    {
        using var whole = new TinyRun(new Duel.Config(HeldOut: 20, RedrawEvery: 2));
        using var parts = new TinyRun(new Duel.Config(HeldOut: 20, RedrawEvery: 2));
        whole.Train();
        foreach (var step in new[] { 1, 4, 9 })
        {
            Assert.Equal(TrainingOutcome.Interrupted, parts.Train(stopAfter: step));
            parts.Resume();
        }
        parts.Train();
        Assert.Equal(whole.Everything(), parts.Everything());
        Assert.Equal(whole.Validation(), parts.Validation());
        Assert.Contains("objective.critic.weight", whole.Everything().Keys);
        Assert.Equal(0.729f, whole.Everything()["objective.strength"].Single(), 1e-6);
    }

    public static TheoryData<string> Methods =>
    [
        "objective.kind=corex", "objective.kind=corex objective.marginals=normal", "objective.kind=corex objective.marginals=mixture objective.beta=2",
        "objective.kind=anchor-vae", "objective.kind=anchor-vae objective.lambda=0", "objective.kind=anchor-vae objective.anchors=[0,1] objective.each=true",
        "objective.kind=anchor-vae objective.information=mixture", "objective.kind=anchor-vae objective.information=klWeight",
        "model.hierarchy.kind=stacked objective.kind=corex", "model.hierarchy.kind=topDown", "model.hierarchy.kind=twoLevel",
        "model.hierarchy.kind=twoLevel objective.kind=anchor-vae objective.anchors=[2]",
    ];

    [Theory, MemberData(nameof(Methods))]
    public void Load_CorexAnchorsAndHierarchies_ContinueToTheBit(string method)
    {
        string[] settings = ["model.latentDim=3", "model.posterior.kind=diagonalNormal", .. method.Split(' ')];
        if (method.Contains("hierarchy", StringComparison.Ordinal)) settings = [.. settings, "model.hierarchy.layers=[2,1]", "model.hierarchy.link.hidden=[3]", "model.hierarchy.link.norm=batch"];
        using var whole = new TinyRun(settings);
        using var parts = new TinyRun(settings);
        whole.Train();
        foreach (var step in new[] { 2, 7 })
        {
            Assert.Equal(TrainingOutcome.Interrupted, parts.Train(stopAfter: step));
            parts.Resume();
        }
        parts.Train();
        Assert.Equal(whole.Everything(), parts.Everything());
        Assert.Equal(whole.Validation(), parts.Validation());
    }

    [Fact]
    public void Step_Opponent_AscendsItsOwnGoalAndNothingElseDoes()
    {
        using var run = new TinyRun(new Duel.Config(), "training.opponentOptimizer.kind=sgd", "training.opponentOptimizer.lr=0");
        var before = run.Everything();
        run.Train();
        var after = run.Everything();
        Assert.Equal(before["objective.critic.weight"], after["objective.critic.weight"]);
        Assert.NotEqual(before["objective.temperature"], after["objective.temperature"]);
        using var moving = new TinyRun(new Duel.Config(), "training.opponentOptimizer.kind=sgd", "training.opponentOptimizer.lr=0.05", "training.epochs=40");
        moving.Train();
        // Its goal, mean of d − d², is largest where d = ½.
        using var scope = TensorScope.Open();
        var epochs = moving.Events.OfType<EpochCompleted>().ToList();
        Assert.True(Math.Abs(epochs[^1].Splits["validation"]["judged"].Mean - 0.5) < Math.Abs(epochs[0].Splits["validation"]["judged"].Mean - 0.5));
    }

    [Fact]
    public void Rows_HeldOut_AreNotTrainedOnAndAreDrawnAnew()
    {
        var seen = new List<(double Epoch, HashSet<float> Held, HashSet<float> Trained)>();
        using var run = new TinyRun(new Duel.Config(20, 2, (context, x) =>
        {
            if (context.Batch == 0) seen.Add((context.Epoch, Keys(context.HeldOut), []));
            seen[^1].Trained.UnionWith(Keys([x]));
        }));
        run.Train();
        Assert.Equal(3, seen.Count);
        Assert.All(seen, epoch =>
        {
            Assert.Equal(20, epoch.Held.Count);
            Assert.Equal(50, epoch.Trained.Count);
            Assert.Empty(epoch.Held.Intersect(epoch.Trained));
        });
        Assert.True(seen[0].Held.SetEquals(seen[1].Held));
        Assert.False(seen[1].Held.SetEquals(seen[2].Held));
    }

    [Fact]
    public void Create_MoreHeldOutThanThereAre_IsTheUsersToMend() =>
        Assert.Contains("holds out 70 rows", Assert.Throws<UserException>(() => new TinyRun(new Duel.Config(HeldOut: 70))).What);

    private static HashSet<float> Keys(IEnumerable<Tensor> batches) =>
        [.. batches.SelectMany(batch => batch.Narrow(1, 0, 1).Reshape(-1).ToArray<float>())];
}
