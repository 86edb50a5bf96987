using Elbow.Experiments.Configuration;

namespace Elbow.Tests.Training;

public sealed class ExperimentConfigTests
{
    public static TheoryData<string, string[]> Mistakes => new()
    {
        { "objective.warmUp.epochs", ["objective.warmUp.epochs=3"] },
        { "objective.warmUp.start", ["objective.warmUp.start=0.5"] },
        { "training.earlyStopping", ["training.earlyStopping.patience=3", "data.validation=0"] },
        { "objective.freeBits", ["objective.freeBits=0.1", "model.posterior.kind=fullNormal"] },
        { "objective.freeBits", ["objective.freeBits=0.1", "model.prior.kind=mog"] },
        { "model.posterior.logVarLimit", ["model.posterior={\"kind\":\"diagonalNormal\",\"logVarLimit\":3,\"logVarMax\":2}"] },
        { "model.posterior.logVarMin", ["model.posterior={\"kind\":\"diagonalNormal\",\"logVarMin\":0,\"logVarMax\":0}"] },
        { "model.prior.stds", ["model.prior={\"kind\":\"mixture\",\"stds\":[1,2]}"] },
        { "model.prior.weights", ["model.prior={\"kind\":\"mixture\",\"weights\":[1,2]}"] },
        { "model.prior.low", ["model.prior={\"kind\":\"uniformSoft\",\"low\":3}"] },
        { "model.prior.path", ["model.prior.kind=samples"] },
        { "model.prior.hidden[0]", ["model.prior={\"kind\":\"flow\",\"hidden\":[0]}"] },
        { "model.posterior", ["model.posterior.kind=point"] },
        { "model.encoder", ["model.encoder.hidden=[0]"] },
        { "model.decoder", ["model.decoder.kind=conv", "model.decoder.channels=[-1]"] },
        { "training.schedule.every", ["training.schedule.kind=step", "training.schedule.every=3"] },
        { "training.schedule.milestones", ["training.schedule={\"kind\":\"multiStep\",\"milestones\":[1,3]}"] },
        { "training.optimizer.nesterov", ["training.optimizer.kind=sgd", "training.optimizer.nesterov=true"] },
        { "training.clipNorm", ["training.clipNorm=0"] },
        { "training.ema", ["training.ema=1"] },
        { "training.batchSize", ["training.batchSize=0"] },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void Read_OneMistake_IsReportedAtItsPath(string path, string[] settings)
    {
        var error = Assert.Single(Assert.Throws<ConfigException>(() => TinyRun.Config(settings)).Errors);
        Assert.Equal(path, error.Path);
        Assert.NotEmpty(error.Mend);
    }

    [Fact]
    public void Read_SeveralMistakes_AreReportedTogether()
    {
        var error = Assert.Throws<ConfigException>(() => TinyRun.Config("objective.warmUp.epochs=3", "model.encoder.hidden=[0]", "training.earlyStopping.patience=3", "data.validation=0"));
        Assert.Equal(3, error.Errors.Count);
    }

    [Fact]
    public void Read_JustWithinTheLimits_IsAccepted() =>
        TinyRun.Config("objective.warmUp.epochs=2", "objective.warmUp.start=0.5", "training.schedule={\"kind\":\"multiStep\",\"milestones\":[1,2]}");
}
