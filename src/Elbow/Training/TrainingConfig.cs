using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Elbow.Training;

/// <summary>How long, how fast, on what: the <c>training</c> part of a configuration.</summary>
public sealed record TrainingConfig
{
    /// <summary>Epochs at most.</summary>
    [Description("epochs at most"), Range(1, 1_000_000)]
    public int Epochs { get; init; } = 100;

    /// <summary>B.</summary>
    [Description("examples in one step"), Range(1, 1_000_000)]
    public int BatchSize { get; init; } = 64;

    /// <summary>Whether each epoch has its own random order; false for a stream, whose order is part of it.</summary>
    [Description("a random order of the rows in each epoch; false for a stream, whose order is part of it")]
    public bool Shuffle { get; init; } = true;

    /// <summary>cpu, cuda or cuda:N.</summary>
    [Description("cpu, cuda or cuda:N")]
    public string Device { get; init; } = "cpu";

    /// <summary>On a GPU: record forward and backward pass once as a CUDA graph and replay it, where the objective allows it (<see cref="Objectives.IRepeats"/>).</summary>
    [Description("on a GPU: record forward and backward pass once as a CUDA graph and replay it, where the objective allows it")]
    public bool CaptureSteps { get; init; } = true;

    /// <summary>Threads inside one operator; null for one per core.</summary>
    [Description("threads inside one operator; null for one per core. Results are bit-identical only for the same number"), Range(1, 1024)]
    public int? Threads { get; init; }

    /// <summary>The one seed of the run.</summary>
    [Description("the one seed of the run")]
    public long Seed { get; init; } = 1;

    /// <summary>How parameters move.</summary>
    [Description("how parameters move")]
    public OptimizerConfig Optimizer { get; init; } = new Adam.Config();

    /// <summary>How the parameters of an objective's critic or discriminator move; null: as those of the model.</summary>
    [Description("how the parameters of an objective's critic or discriminator move; null: as those of the model")]
    public OptimizerConfig? OpponentOptimizer { get; init; }

    /// <summary>How the learning rate changes over the epochs.</summary>
    [Description("how the learning rate changes over the epochs")]
    public ScheduleConfig Schedule { get; init; } = new ConstantSchedule.Config();

    /// <summary>Whether each tensor's gradient is divided by its Euclidean norm before anything else, so that only directions count.</summary>
    [Description("divide the gradient of each tensor by its Euclidean norm plus 1e-7, before clipping and the optimiser")]
    public bool NormaliseGradients { get; init; }

    /// <summary>Largest Euclidean norm of the whole gradient; null for no limit.</summary>
    [Description("largest Euclidean norm of the whole gradient; null for no limit"), Range(0.0, 1e9, MinimumIsExclusive = true)]
    public double? ClipNorm { get; init; }

    /// <summary>Largest size of each gradient element; null for no limit.</summary>
    [Description("largest size of each element of the gradient; null for no limit"), Range(0.0, 1e9, MinimumIsExclusive = true)]
    public double? ClipValue { get; init; }

    /// <summary>Decay per step of a running average of the weights, which is then what is evaluated; null for none.</summary>
    [Description("decay per step of a running average of the weights, which is then what is evaluated; null for none"), Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double? Ema { get; init; }

    /// <summary>Stop before the last epoch; null to train all epochs.</summary>
    [Description("stop when validation stops improving, or by the entropy gap; null to train all epochs")]
    public EarlyStopping.Config? EarlyStopping { get; init; }

    /// <summary>Epochs between checkpoints <c>epoch-N</c>; <c>last</c> and <c>best</c> are kept up to date every epoch. 0 for none.</summary>
    [Description("epochs between the checkpoints epoch-N, beside last and best; 0 for none"), Range(0, 1_000_000)]
    public int CheckpointEvery { get; init; } = 10;

    /// <summary>Steps between logged batches; 0 for none.</summary>
    [Description("steps between logged batches; 0 for none"), Range(0, 1_000_000_000)]
    public int LogEvery { get; init; } = 100;

    /// <summary>Epochs between pictures of samples and reconstructions; 0 for none.</summary>
    [Description("epochs between pictures of samples and reconstructions; 0 for none"), Range(0, 1_000_000)]
    public int PicturesEvery { get; init; } = 10;
}
