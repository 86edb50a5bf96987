using Elbow.Data;
using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Experiments.Storage;
using Elbow.Explorer;
using Elbow.Objectives;

namespace Elbow.Training;

/// <summary>Writes <c>explorer/</c> of a run: what the latent explorer of the studio shows.</summary>
public static class RunExplorer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The split that is shown when none is named: the first there is of test, validation and train.</summary>
    public static string PreferredSplit(DataSplits data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Test is not null ? "test" : data.Validation is not null ? "validation" : "train";
    }

    /// <summary>Computes and writes everything, with draws of a seed of their own.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="split">train, validation or test, which must have rows; null for <see cref="PreferredSplit"/>.</param>
    /// <param name="rows">Rows at most.</param>
    /// <param name="time">Stamps the lock that keeps two writers apart.</param>
    /// <exception cref="UserException">Another process writes it, or the folder must not be written.</exception>
    /// <exception cref="RunFailedException">The disk is full or broken; the explorer of before is intact.</exception>
    public static ExplorerFolder Write(TrainedModel trained, string? split = null, int rows = ExplorerFolder.MostRows, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(trained);
        var (experiment, folder) = (trained.Experiment, trained.Folder);
        split ??= PreferredSplit(experiment.Data);
        var data = experiment.Data.Split(split) ?? throw new ArgumentException($"the run has no {split} data", nameof(split));
        var explorer = ExplorerFolder.Of(new ExplorerSource(experiment.Model, experiment.Device, data)
        {
            SplitName = split,
            Checkpoint = trained.Checkpoint,
            Step = trained.Step,
            Likelihood = ConfigKind.NameOf(experiment.Config.Model.Likelihood),
            Prior = experiment.Objective is IHasSamplingDensity ? $"what {ConfigKind.NameOf(experiment.Config.Objective)} draws from" : ConfigKind.NameOf(experiment.Config.Model.Prior),
            SamplingDensity = () => experiment.SamplingDensity,
            PictureBounds = experiment.PictureBounds,
            Scores = Scores(trained, split, data.Count),
            Metadata = new Dictionary<string, string> { ["elbow"] = ModelCard.Of(trained).ToJsonString() },
            Seed = Seeds.For(experiment.Config.Training.Seed, "explorer"),
        }, rows);
        var lockPath = Path.Combine(folder.Root, ".explorer.lock");
        using var alone = FileLock.TryTake(lockPath, time ?? TimeProvider.System, Patience) ?? throw new UserException(
            $"{folder.ExplorerPath} is being written by {FileLock.ReadOwner(lockPath)?.ToString() ?? "another process"}", "try again when it has ended");
        explorer.Write(folder.ExplorerPath);
        return explorer;
    }

    // Of the newest evaluation, when it was of these weights: training on replaces a checkpoint under the same name.
    private static IReadOnlyDictionary<string, double[]> Scores(TrainedModel trained, string split, int count)
    {
        try
        {
            var entry = new MetricsFile(trained.Folder.MetricsPath, TimeProvider.System).Read()
                .LastOrDefault(entry => entry.Kind == "evaluate" && entry.Split == split && entry.Checkpoint == trained.Checkpoint);
            var scores = entry is null || entry.Step != trained.Step ? null : ExampleScores.Read(ExampleScores.PathOf(trained.Folder, split, trained.Checkpoint), "");
            if (scores is not null && scores.Columns.Values.All(column => column.Length == count)) return scores.Columns;
        }
        catch (Exception error) when (error is UserException or IOException or UnauthorizedAccessException)
        {
            // They are an ornament: whoever needs them learns from `elbow compare` what is wrong with them.
        }
        return new Dictionary<string, double[]>();
    }
}
