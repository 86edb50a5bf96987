using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

/// <summary>No key of the training part is silently ignored.</summary>
[Collection(Alone.Name)]
public sealed class TrainingConfigTests
{
    // Key → another value and what must come out different. Keys that need a run folder are tested with RunSession.
    private static readonly Dictionary<string, (string Setting, Func<TinyRun, object> Outcome)> Effects = new(StringComparer.Ordinal)
    {
        ["epochs"] = ("training.epochs=2", run => run.State.Epoch),
        ["batchSize"] = ("training.batchSize=7", run => run.State.Step),
        ["threads"] = ("training.threads=2", _ => Engine.Threads),
        ["seed"] = ("training.seed=9", Weights),
        ["optimizer"] = ("training.optimizer.lr=0.02", Weights),
        ["schedule"] = ("training.schedule.kind=cosine", Weights),
        ["normaliseGradients"] = ("training.normaliseGradients=true", Weights),
        ["clipNorm"] = ("training.clipNorm=1e-7", Weights),
        ["clipValue"] = ("training.clipValue=1e-7", Weights),
        ["ema"] = ("training.ema=0.99", run => string.Join(' ', run.Validation())),
        ["shuffle"] = ("training.shuffle=false", Weights),
        ["earlyStopping"] = ("training.earlyStopping.patience=0", run => run.State.EarlyStopping.ShouldStop),
        ["checkpointEvery"] = ("training.checkpointEvery=2", run => string.Join(' ', run.Saved)),
        ["logEvery"] = ("training.logEvery=4", run => run.Events.OfType<StepLogged>().Count()),
    };

    private static readonly string[] Elsewhere = ["device", "captureSteps", "picturesEvery", "opponentOptimizer"]; // the first two on a GPU, the last with objectives that have an opponent

    public static TheoryData<string> Keys => [.. Effects.Keys];

    [Fact]
    public void EveryKey_HasItsTest()
    {
        var keys = ConfigVariants.Properties(typeof(TrainingConfig)).Select(property => char.ToLowerInvariant(property.Name[0]) + property.Name[1..]);
        Assert.Equal(keys.Order(), Effects.Keys.Concat(Elsewhere).Order());
    }

    [Theory, MemberData(nameof(Keys))]
    public void Run_KeyChanged_ChangesTheOutcome(string key)
    {
        var (setting, outcome) = Effects[key];
        // lr = 0 for early stopping, so that some epoch is no better than the one before.
        string[] common = key == "earlyStopping" ? ["training.optimizer.lr=0", "training.epochs=30"] : [];
        using var plain = new TinyRun(common);
        plain.Train();
        var before = outcome(plain);
        using var changed = new TinyRun([.. common, setting]);
        changed.Train();
        Assert.NotEqual(before, outcome(changed));
    }

    [Fact]
    public void Create_DeviceThatIsNotThere_IsTheUsersToMend()
    {
        if (Engine.CudaDevices > 0) Assert.Skip("there is a GPU here");
        Assert.Contains("no GPU", Assert.Throws<UserException>(() => new TinyRun("training.device=cuda")).What);
        Assert.Contains("'abacus' is no device", Assert.Throws<ConfigException>(() => new TinyRun("training.device=abacus")).Message, StringComparison.Ordinal);
    }

    private static string Weights(TinyRun run) => string.Join(' ', run.Everything().SelectMany(pair => pair.Value));
}
