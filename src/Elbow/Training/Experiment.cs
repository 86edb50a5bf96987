using Elbow.Data;
using Elbow.Data.Formats;
using Elbow.Distributions;
using Elbow.Experiments;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>A configuration brought to life: data, model, objective and device.</summary>
public sealed class Experiment : IDisposable
{
    private const int RowsAtOnce = 1024;

    private Experiment(ExperimentConfig config, DataSplits data, LatentVariableModel model, IObjective objective, Device device) =>
        (Config, Data, Model, Objective, Device) = (config, data, model, objective, device);

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
        OpenDevice(config.Training.Device);
        return Create(config, DataSource.Open(config.Data, config.Training.Seed, progress), warn);
    }

    /// <summary>The same with data that are open already; they are disposed with the experiment, or when it cannot be made.</summary>
    public static Experiment Create(ExperimentConfig config, DataSplits data, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(data);
        LatentVariableModel? model = null;
        try
        {
            var device = OpenDevice(config.Training.Device);
            Engine.Threads = config.Training.Threads ?? Environment.ProcessorCount;
            Engine.UseDeterministicKernels();
            warn ??= _ => { };
            DataCheck.Run(data, config.Model.Likelihood, warn);
            using var generator = new Generator(Seeds.For(config.Training.Seed, "weights"));
            var init = new Init(generator, device, kind: config.Model.Init) { DataMean = () => Mean(data.Train, device) };
            model = Fitting("the model does not fit the data", "change model.latentDim, model.encoder, model.decoder or model.prior", () => LatentVariableModel.Create(
                config.Model, data.Train.Shape, init, (data.Train.Range.Lower, data.Train.Range.Upper), count => FirstExamples(data.Train, count, device), path => Samples(path, device)));
            if (model.Prior is ISurrogate { Surrogate: var surrogate })
                warn($"p(z) is known by samples only: {surrogate} stands for it in every number that contains log p(z)");
            var objective = Fitting("the objective does not fit the model and the data", "change objective or training.batchSize", () =>
                config.Objective.Build(new ObjectiveContext(model, config.Model, data.Train.Count, config.Training.BatchSize, init, warn) { Examples = count => Examples(data.Train, count, device) }));
            if (objective is IHoldsOutRows { HeldOut: var held } && held >= data.Train.Count)
                throw new UserException($"the objective holds out {held} rows of the training data, which has {data.Train.Count}", "hold out fewer, or bring more data");
            return new Experiment(config, data, model, objective, device);
        }
        catch
        {
            model?.Dispose();
            data.Dispose();
            throw;
        }
    }

    /// <summary>Builds another prior for the latents of this model; it is the caller's.</summary>
    /// <param name="config">Which.</param>
    /// <param name="generator">Of its first weights, on the CPU.</param>
    /// <exception cref="UserException">It does not fit the latents or the data.</exception>
    internal IPrior Build(PriorConfig config, Generator generator)
    {
        var init = new Init(generator, Device, kind: Config.Model.Init) { DataMean = () => Mean(Data.Train, Device) };
        return Fitting("the prior does not fit the codes", "change its configuration", () => config.Build(new PriorContext(Model.LatentDim, init)
        {
            Data = Model.Data,
            Bounds = (Data.Train.Range.Lower, Data.Train.Range.Upper),
            Encode = Model.Encode,
            Examples = count => Examples(Data.Train, count, Device),
            Samples = path => Samples(path, Device),
        }));
    }

    /// <summary>Every tensor that training changes: of the model, and of its objective.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedTensors => Model.NamedTensors().Concat(
        (Objective as Module)?.NamedTensors().Select(pair => new KeyValuePair<string, Tensor>($"objective.{pair.Key}", pair.Value)) ?? []);

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

    /// <summary>The batches of an epoch, and the rows that the objective keeps out of it, as batches <c>(B, D)</c> read anew at each enumeration.</summary>
    public (Batches Training, IEnumerable<Tensor> HeldOut) Rows(int epoch)
    {
        var options = new BatchOptions { Size = Config.Training.BatchSize, Shuffle = Config.Training.Shuffle };
        if (Objective is not IHoldsOutRows { HeldOut: var count and > 0, RedrawEvery: var every }) return (new Batches(Data.Train, options), []);
        var drawn = Permutation.Of(Data.Train.Count, (long)Seeds.For(Config.Training.Seed, "held out"), epoch / every);
        var heldOut = new Batches(new Subset(Data.Train, drawn.AsSpan(0, count)), new BatchOptions { Size = RowsAtOnce, Shuffle = false });
        return (new Batches(new Subset(Data.Train, drawn.AsSpan(count)), options), Read(heldOut, epoch));
    }

    private IEnumerable<Tensor> Read(Batches batches, int epoch)
    {
        foreach (var batch in batches.Epoch(0, epoch)) yield return ToTensor(batch);
    }

    /// <summary>The experiment of a run that exists.</summary>
    /// <exception cref="UserException">As for a new one; or the data are gone, or not those it was trained on.</exception>
    internal static Experiment Of(RunFolder run, ExperimentConfig config, Action<string>? warn = null)
    {
        if (config.Data.Path is { } path && !Path.Exists(path))
        {
            throw new UserException($"{path}: the data of {run.Name} are not there",
                $"put them back, or write where they are now, the whole path, into data.path of {run.ConfigPath} (by their checksum Elbow knows whether they are the same)");
        }
        var experiment = Create(config, warn);
        try
        {
            experiment.MustHaveDataOf(run);
            return experiment;
        }
        catch
        {
            experiment.Dispose();
            throw;
        }
    }

    // Other data would be split into other rows.
    private void MustHaveDataOf(RunFolder run)
    {
        var before = run.ReadEnvironment().Data.Sha256;
        if (before == Data.Sha256) return;
        // Equal beginnings speak of a damaged note, not of other data.
        var (old, now) = Short(before) == Short(Data.Sha256) ? (before, Data.Sha256) : ($"{Short(before)}…", $"{Short(Data.Sha256)}…");
        throw new UserException($"the data of {run.Name} have changed since it was trained (sha256 {old}, now {now})", "put the old data back, or train anew");
    }

    private static string Short(string sha256) => sha256[..Math.Min(12, sha256.Length)];

    /// <summary>Runs something in evaluation mode, without gradients, with the averaged weights when there are any.</summary>
    public void Judge(WeightAverage? average, Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        using var frozen = Autograd.NoGrad();
        var training = Model.Training;
        SetTraining(false);
        try
        {
            if (average is null) work();
            else average.Evaluate(work);
        }
        finally
        {
            SetTraining(training);
        }
    }

    private void SetTraining(bool on)
    {
        Model.SetTraining(on);
        (Objective as Module)?.SetTraining(on);
    }

    /// <summary>What new data are decoded from: the prior, unless the objective says otherwise.</summary>
    public IDistribution SamplingDensity => (Objective as IHasSamplingDensity)?.SamplingDensity(Model) ?? Model.Prior.Density();

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
        (Objective as IDisposable)?.Dispose();
        Model.Dispose();
        Data.Dispose();
    }

    private static T Fitting<T>(string what, string mend, Func<T> build)
    {
        try
        {
            return build();
        }
        catch (ArgumentException error)
        {
            throw new UserException($"{what}: {error.Message}", mend, error);
        }
    }

    // What a prior starts from: as many rows as it has components.
    private static Tensor FirstExamples(IDataset data, int count, Device device) => count <= data.Count ? Examples(data, count, device) : throw new UserException(
        $"model.prior starts at {count} examples, and the training data has {data.Count}", "set fewer components, or model.prior.initial to uniform or normal");

    // Evenly spaced rows: data often lie sorted by class.
    private static Tensor Examples(IDataset data, int count, Device device)
    {
        if (count > data.Count) throw new ArgumentException($"{count} examples are asked for, the training data has {data.Count}");
        var rows = Enumerable.Range(0, count).Select(k => (int)((long)k * data.Count / count)).ToArray();
        var values = new float[count * data.Shape.Size];
        data.AtEpoch(0).Read(rows, values);
        return Tensor.From<float>(values, [count, data.Shape.Size], device);
    }

    private static Tensor Mean(IDataset data, Device device)
    {
        var statistics = ColumnStatistics.Of(data.AtEpoch(0));
        return Tensor.From<float>([.. Enumerable.Range(0, data.Shape.Size).Select(column => (float)statistics.Pooled(column, 1).Mean)], [data.Shape.Size], device);
    }

    private static Tensor Samples(string path, Device device)
    {
        var data = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".npy" => Npy.Open(path),
            ".csv" or ".tsv" or ".txt" => Csv.Open(path),
            var other => throw new UserException($"model.prior.path is {path}: samples are read from npy and csv files, not {(other.Length == 0 ? "a name without ending" : other)}",
                "save one sample of z per row as .npy or .csv"),
        };
        using var mapped = data as IDisposable;
        var values = new float[data.Count * data.Shape.Size];
        data.Read([.. Enumerable.Range(0, data.Count)], values);
        return Tensor.From<float>(values, [data.Count, data.Shape.Size], device);
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
