using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Training;

namespace Elbow.Tests.Training;

/// <summary>Every objective under every kind of posterior and hierarchy either trains or is refused by name before it starts.</summary>
[Collection(Alone.Name)]
public sealed class CombinationTests
{
    private static readonly string[] Tiny = ["data.count=40", "model.latentDim=3", "training.epochs=2", "training.batchSize=8"];

    public static TheoryData<string> Settings =>
    [
        "model.posterior.kind=point", "model.posterior.kind=fullNormal", "model.likelihood.scale=fixed", "model.likelihood.scale=decoder",
        "model.prior.kind=mog", "model.prior.kind=flow", "model.prior.kind=learnedNormal",
        "model.hierarchy={\"kind\":\"stacked\",\"layers\":[3]}", "model.hierarchy={\"kind\":\"stacked\",\"layers\":[2,1]}",
        "model.hierarchy={\"kind\":\"topDown\",\"layers\":[2,1],\"features\":4}", "model.hierarchy={\"kind\":\"twoLevel\",\"layers\":[2,1],\"features\":4}",
    ];

    [Theory, MemberData(nameof(Settings))]
    public void Objective_UnderASetting_TrainsOrIsRefusedByName(string setting)
    {
        var (trained, refused) = (0, 0);
        // A configuration is checked when it is read, and the ELBO of the template has no deterministic encoder.
        string[] settings = [.. Tiny, setting, .. setting.EndsWith("=point", StringComparison.Ordinal) ? ["objective.kind=rae-l2"] : Array.Empty<string>()];
        foreach (var objective in ConfigVariants.WithEveryChoice<ObjectiveConfig>())
        {
            var errors = (TinyRun.Config(settings) with { Objective = objective }).Validate().ToList();
            if (errors.Count > 0)
            {
                Assert.All(errors, error => Assert.Matches("^(model|objective)", error.Path));
                refused++;
                continue;
            }
            try
            {
                using var run = new TinyRun(objective, settings);
                Assert.Equal(TrainingOutcome.Interrupted, run.Train(stopAfter: 3));
                trained++;
            }
            catch (Experiments.UserException)
            {
                refused++;
            }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{objective} under {setting}: {error.GetType().Name}: {error.Message}");
            }
        }
        Assert.True(trained > 0 && trained + refused > 15, $"{trained} trained, {refused} refused");
    }
}
