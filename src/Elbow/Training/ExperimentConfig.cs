using System.ComponentModel;
using Elbow.Data;
using Elbow.Experiments.Configuration;
using Elbow.Models;
using Elbow.Objectives;
using Elbow.Priors;

namespace Elbow.Training;

/// <summary>Everything that defines a run.</summary>
public sealed record ExperimentConfig : IValidatableConfig
{
    /// <summary>What is learned from.</summary>
    [Description("what is learned from")]
    public required DataConfig Data { get; init; }

    /// <summary>What is learned.</summary>
    [Description("what is learned")]
    public required ModelConfig Model { get; init; }

    /// <summary>What is ascended.</summary>
    [Description("what is ascended")]
    public required ObjectiveConfig Objective { get; init; }

    /// <summary>How.</summary>
    [Description("how it is learned")]
    public TrainingConfig Training { get; init; } = new();

    /// <summary>What is measured on the way.</summary>
    [Description("what is measured on the way")]
    public DiagnosticsConfig Diagnostics { get; init; } = new();

    /// <summary>The same with the paths of its files from the root of the disk: what a run keeps, so that it can be used from any folder.</summary>
    internal ExperimentConfig WithWholePaths()
    {
        var data = Data.Path is { } path ? Data with { Path = Path.GetFullPath(path) } : Data;
        // For idx and npy a file; for csv the name of a column, for npz that of an array.
        if (data is { Kind: "idx" or "npy", LabelColumn: { } labels } && File.Exists(labels)) data = data with { LabelColumn = Path.GetFullPath(labels) };
        var prior = Model.Prior is SamplesPrior.Config samples ? samples with { Path = Path.GetFullPath(samples.Path) } : Model.Prior;
        return this with { Data = data, Model = Model with { Prior = prior } };
    }

    /// <inheritdoc/>
    public IEnumerable<ConfigError> Validate()
    {
        if (Data.Path is "") yield return new ConfigError("data.path", "is empty", "set it to the file or folder; a variable of the shell that is not set gives none");
        if (Training.Device is not "cpu" and not "cuda" && !Training.Device.StartsWith("cuda:", StringComparison.Ordinal))
            yield return new ConfigError("training.device", $"'{Training.Device}' is no device", "set training.device to cpu or cuda (cuda:1 is the second of several)");
        if (Objective.WarmUpEpochs >= Training.Epochs)
        {
            yield return new ConfigError(
                "objective.warmUp.epochs",
                $"a warm-up of {Objective.WarmUpEpochs} epochs never ends in a training of {Training.Epochs}",
                $"use fewer than {Training.Epochs} epochs of warm-up, or train longer");
        }
        if (Objective is Elbo.Config { WarmUp: { Epochs: 0, Start: not 0 } } or BetaVae.Config { WarmUp: { Epochs: 0, Start: not 0 } })
        {
            yield return new ConfigError("objective.warmUp.start", "a start without warm-up epochs has no effect", "set objective.warmUp.epochs, or leave start at 0");
        }
        if (Training.Schedule is StepSchedule.Config step && step.Every >= Training.Epochs)
        {
            yield return new ConfigError("training.schedule.every", $"a fall every {step.Every} epochs never comes in a training of {Training.Epochs}", $"use fewer than {Training.Epochs}, or schedule.kind constant");
        }
        if (Training.Schedule is MultiStepSchedule.Config many && many.Milestones.Any(milestone => milestone < 1 || milestone >= Training.Epochs))
        {
            yield return new ConfigError("training.schedule.milestones", $"a milestone outside 1 … {Training.Epochs - 1} is never passed in a training of {Training.Epochs} epochs", "leave it out, or train longer");
        }
        if (Training.Optimizer is Sgd.Config { Nesterov: true, Momentum: 0 })
        {
            yield return new ConfigError("training.optimizer.nesterov", "Nesterov's form of a momentum of 0 has no effect", "set training.optimizer.momentum, or nesterov to false");
        }
        if (Training.EarlyStopping is { Rule: EarlyStopping.StopRule.EntropyGap })
        {
            if (!Objective.MetersEntropies)
                yield return new ConfigError("training.earlyStopping.rule", "entropyGap needs an objective that reports how far the ELBO is from its entropies, and this one does not", "use objective.kind elbo or three-entropies, or the rule improvement");
            if (Objective.MetersEntropies && EntropyMeter.Misfit(Model) is var (key, what, mend))
                yield return new ConfigError("training.earlyStopping.rule", $"entropyGap cannot stop this model: {key}: {what}", $"{mend}, or use the rule improvement");
        }
        else if (Training.EarlyStopping is { Tolerance: not 1e-3 })
        {
            yield return new ConfigError("training.earlyStopping.tolerance", "a tolerance of the entropy gap has no effect on the rule improvement", "set training.earlyStopping.rule to entropyGap, or leave tolerance out");
        }
        if (Training.EarlyStopping is { Rule: EarlyStopping.StopRule.Improvement } && Data.Validation == 0)
        {
            yield return new ConfigError("training.earlyStopping", "early stopping needs validation data, and data.validation is 0", "set data.validation above 0, or earlyStopping to null");
        }
        foreach (var (key, what, mend) in Model.Misfits().Concat(Objective.Misfits(Model))) yield return new ConfigError(key, what, mend);
        foreach (var (part, path) in new[] { (Model.Encoder, "model.encoder"), (Model.Decoder, "model.decoder") })
        {
            IReadOnlyList<int> widths = part switch { Networks.Mlp.Config mlp => mlp.Hidden, Networks.ConvNet.Config conv => [.. conv.Channels, .. conv.Hidden], _ => [] };
            if (part is Networks.ConvNet.Config image)
            {
                foreach (var error in Unused(image, path)) yield return error;
            }
            foreach (var width in widths.Where(width => width is < 1 or > 1_000_000)) yield return new ConfigError(path, $"a layer's width of {width} is not possible", "use widths from 1 to 1000000");
        }
    }

    // Settings of a convolutional network that nothing would read.
    private static IEnumerable<ConfigError> Unused(Networks.ConvNet.Config image, string path)
    {
        if (image.CentreInput && path == "model.decoder") yield return new ConfigError($"{path}.centreInput", "data goes into the encoder only", "set model.encoder.centreInput");
        if (!image.ActivateFirst && path == "model.encoder") yield return new ConfigError($"{path}.activateFirst", "only a decoder makes its first image with a dense layer", "set model.decoder.activateFirst");
        if (image.Norm != Networks.NormKind.Batch && image.NormMomentum != Networks.Normalisation.DefaultMomentum)
            yield return new ConfigError($"{path}.normMomentum", "only batch normalisation has running statistics", $"set {path}.norm to batch, or leave normMomentum out");
        if (image.Norm == Networks.NormKind.None && image.NormEpsilon != Networks.Normalisation.DefaultEpsilon)
            yield return new ConfigError($"{path}.normEpsilon", "there is no normalisation to add it in", $"set {path}.norm, or leave normEpsilon out");
    }
}
