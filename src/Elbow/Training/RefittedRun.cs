using System.Text.RegularExpressions;
using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>A run whose prior was fitted to the codes of another: the same data, encoder, decoder and objective.</summary>
public static partial class RefittedRun
{
    /// <summary>The configuration with another prior.</summary>
    /// <exception cref="ConfigException">The objective does not go with it.</exception>
    public static ExperimentConfig Config(ExperimentConfig config, PriorConfig prior)
    {
        ArgumentNullException.ThrowIfNull(config);
        // Read anew: what does not go together is found there.
        return ConfigReader.Read<ExperimentConfig>(ConfigWriter.Write(config with { Model = config.Model with { Prior = prior } }), null, $"the run's configuration with the prior {ConfigKind.NameOf(prior)}");
    }

    /// <summary>Makes the run: it can be used as it is, and training begins from its weights.</summary>
    /// <param name="trained">Where encoder, decoder and objective come from.</param>
    /// <param name="fit">The prior.</param>
    /// <param name="store">Where run folders lie.</param>
    /// <param name="commandLine">For environment.json.</param>
    /// <param name="time">Names and stamps.</param>
    /// <returns>The run folder.</returns>
    /// <exception cref="UserException">The objective does not go with the prior, or nothing can be written there.</exception>
    public static string Save(TrainedModel trained, PriorRefit fit, string store, IReadOnlyList<string> commandLine, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(trained);
        ArgumentNullException.ThrowIfNull(fit);
        var experiment = trained.Experiment;
        var name = $"{Stamp().Replace(trained.Folder.Name, "")}-{ConfigKind.NameOf(fit.Config)}";
        using var session = RunSession.Start(Config(experiment.Config, fit.Config), store, name, commandLine, time);
        try
        {
            session.BeginFrom(ByName(experiment.Model.WithPrior(fit.Prior).NamedTensors()), ByName((experiment.Objective as Module)?.NamedTensors() ?? []));
        }
        catch (ArgumentException error)
        {
            throw new UserException($"the objective's memory does not fit the prior {ConfigKind.NameOf(fit.Config)}: {error.Message}", "train a run with this prior instead", error);
        }
        return Path.Combine(store, session.Folder.Name);
    }

    private static Dictionary<string, Tensor> ByName(IEnumerable<KeyValuePair<string, Tensor>> tensors) => tensors.ToDictionary(StringComparer.Ordinal);

    // The date that run folders begin with.
    [GeneratedRegex(@"^\d{8}-\d{6}-")]
    private static partial Regex Stamp();
}
