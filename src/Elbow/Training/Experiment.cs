using Elbow.Data;
using Elbow.Experiments;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>A configuration brought to life: data, model, objective and device.</summary>
public sealed class Experiment : IDisposable
{
    private Experiment(ExperimentConfig config, DataSplits data, LatentVariableModel model, Device device)
    {
        (Config, Data, Model, Device) = (config, data, model, device);
        Objective = config.Objective.Build();
    }

    /// <summary>The configuration.</summary>
    public ExperimentConfig Config { get; }

    /// <summary>The data.</summary>
    public DataSplits Data { get; }

    /// <summary>The model.</summary>
    public LatentVariableModel Model { get; }

    /// <summary>The objective.</summary>
    public IObjective Objective { get; }

    /// <summary>Where everything is computed.</summary>
    public Device Device { get; }

    /// <summary>Opens the data, checks it against the likelihood, and builds the model with its first weights.</summary>
    /// <param name="config">A valid configuration.</param>
    /// <param name="warn">Told what is allowed but deserves a word.</param>
    /// <param name="progress">Told how far long loads are.</param>
    /// <exception cref="UserException">Data missing, damaged, or outside what the likelihood can explain; no such device; shapes that do not fit.</exception>
    public static Experiment Create(ExperimentConfig config, Action<string>? warn = null, IProgress<DataProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        var device = OpenDevice(config.Training.Device);
        Engine.Threads = config.Training.Threads ?? Environment.ProcessorCount;
        Engine.UseDeterministicKernels();
        var data = DataSource.Open(config.Data, config.Training.Seed, progress);
        try
        {
            DataCheck.Run(data, config.Model.Likelihood, warn ?? (_ => { }));
            using var generator = new Generator(Seeds.For(config.Training.Seed, "weights"));
            var model = LatentVariableModel.Create(config.Model, data.Train.Shape, new Init(generator, device, kind: config.Model.Init));
            return new Experiment(config, data, model, device);
        }
        catch (ArgumentException error)
        {
            data.Dispose();
            throw new UserException($"the model does not fit the data: {error.Message}", "change model.encoder or model.decoder", error);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>The values that pictures show black and white.</summary>
    public (double Low, double High) PictureBounds => Data.Train.Range.Kind == RangeKind.Real
        ? (-2, 2)
        : (Data.Train.Range.Lower, Data.Train.Range.Upper);

    /// <summary>A batch as a tensor <c>(B, D)</c> on the device.</summary>
    public Tensor ToTensor(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Tensor.From<float>(batch.Values.AsSpan(0, batch.Count * batch.Shape.Size), [batch.Count, batch.Shape.Size], Device);
    }

    /// <summary>Refuses a run whose data are not those it was trained on: its splits would be other rows.</summary>
    /// <exception cref="UserException">The checksums differ.</exception>
    public void MustHaveDataOf(RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var before = run.ReadEnvironment().Data.Sha256;
        if (before == Data.Sha256) return;
        throw new UserException($"the data of {run.Name} have changed since it was trained (sha256 {Short(before)}…, now {Short(Data.Sha256)}…)", "put the old data back, or train anew");
    }

    private static string Short(string sha256) => sha256[..Math.Min(12, sha256.Length)];

    /// <summary>Runs something in evaluation mode, without gradients, with the averaged weights when there are any.</summary>
    public void Judge(WeightAverage? average, Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        using var frozen = Autograd.NoGrad();
        var training = Model.Training;
        Model.SetTraining(false);
        try
        {
            if (average is null) work();
            else average.Evaluate(work);
        }
        finally
        {
            Model.SetTraining(training);
        }
    }

    /// <summary>The objective's terms over a split, after every warm-up. Call it inside <see cref="Judge"/>.</summary>
    public TermStatistics Evaluate(IDataset split, ulong seed)
    {
        using var generator = new Generator(seed, Device);
        var statistics = new TermStatistics();
        var batches = new Batches(split, new BatchOptions { Size = Math.Max(256, Config.Training.BatchSize), Shuffle = false });
        foreach (var batch in batches.Epoch(0, 0))
        {
            using var scope = TensorScope.Open();
            var terms = Objective.Evaluate(Model, ToTensor(batch), StepContext.Final(generator));
            statistics.Add(terms, terms.Objective.ToDouble());
        }
        return statistics;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Model.Dispose();
        Data.Dispose();
    }

    private static Device OpenDevice(string name)
    {
        Device device;
        try
        {
            device = Device.Parse(name);
        }
        catch (FormatException error)
        {
            throw new UserException($"training.device: {error.Message}", "set training.device to cpu or cuda", error);
        }
        if (!device.IsCuda) return device;
        var count = Engine.CudaDevices;
        var index = int.Parse(device.ToString().AsSpan(5));
        return index < count ? device : throw new UserException(
            $"training.device is {name}, but libtorch {Engine.Version} sees {(count == 0 ? "no GPU" : $"only {count} GPUs")} here",
            count == 0 ? "set training.device to cpu, or point ELBOW_LIBTORCH at a libtorch with CUDA" : $"use cuda:0 to cuda:{count - 1}");
    }
}
