using System.Diagnostics;
using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Experiments.TensorBoard;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>One experiment in one run folder: begun, continued, or only looked at.</summary>
public sealed class RunSession : IDisposable
{
    private const string Last = "last";
    private readonly RunLock taken;
    private readonly TimeProvider time;
    private readonly EventLog log;
    private readonly List<IRunSink> listeners;
    private string checkpoint = Last;
    private Action? continued;
    private double epochSeconds;

    private RunSession(RunLock taken, Experiment experiment, TimeProvider time, IRunSink[] listeners)
    {
        (this.taken, Experiment, this.time) = (taken, experiment, time);
        log = EventLog.Open(taken.Folder.EventsPath);
        this.listeners = [.. listeners];
    }

    /// <summary>The configuration brought to life.</summary>
    public Experiment Experiment { get; }

    /// <summary>Where everything is written.</summary>
    public RunFolder Folder => taken.Folder;

    /// <summary>Called after every step, for a progress display.</summary>
    public Action<StepProgress>? Stepped { get; set; }

    /// <summary>Called once training has ended and everything it made is saved: what still follows, the explorer, may be cut off.</summary>
    public Action? Trained { get; set; }

    /// <summary>Creates a run folder and makes ready. Nothing is written before configuration, data and model have proved sound.</summary>
    /// <param name="config">A valid configuration.</param>
    /// <param name="store">Where run folders lie.</param>
    /// <param name="name">The last part of the folder's name.</param>
    /// <param name="commandLine">For environment.json.</param>
    /// <param name="time">Names and stamps.</param>
    /// <param name="listeners">Displays; what they throw is warned about once.</param>
    public static RunSession Start(ExperimentConfig config, string store = "runs", string name = "run", IReadOnlyList<string>? commandLine = null, TimeProvider? time = null, params IRunSink[] listeners) =>
        Create(config, null, (_, _, now) => new Started(now, config.Training.Epochs), store, name, commandLine, time, listeners);

    /// <summary>Creates a run of weights that were trained elsewhere; <see cref="SaveFirst"/> follows.</summary>
    /// <param name="config">A valid configuration.</param>
    /// <param name="weights">Where they come from.</param>
    /// <param name="load">Puts them into the model and tells what the run should remember; returns how many tensors they are. What it throws leaves no folder behind.</param>
    /// <param name="store">Where run folders lie.</param>
    /// <param name="name">The last part of the folder's name.</param>
    /// <param name="commandLine">For environment.json.</param>
    /// <param name="time">Names and stamps.</param>
    internal static RunSession Import(ExperimentConfig config, WeightsStamp weights, Func<Experiment, Action<string>, int> load, string store, string name, IReadOnlyList<string> commandLine, TimeProvider? time) =>
        Create(config, weights, (experiment, warn, now) => new Imported(now, Path.GetFileName(weights.Path), weights.Sha256, load(experiment, warn)), store, name, commandLine, time, []);

    private static RunSession Create(
        ExperimentConfig config, WeightsStamp? weights, Func<Experiment, Action<string>, DateTimeOffset, RunEvent> begin, string store, string name, IReadOnlyList<string>? commandLine, TimeProvider? time, IRunSink[] listeners)
    {
        time ??= TimeProvider.System;
        // What is said before there is a run is kept for it; what an objective says later goes to it at once.
        var warnings = new List<string>();
        Action<string> warn = warnings.Add;
        // As relative paths mean another file in another folder, the run remembers whole ones.
        config = config.WithWholePaths();
        var experiment = Experiment.Create(config, message => warn(message));
        try
        {
            var first = begin(experiment, warnings.Add, time.GetUtcNow());
            var taken = new RunStore(store, time).Create(name, ConfigWriter.Write(config), Environment(experiment, commandLine ?? [], time) with { Weights = weights });
            var session = new RunSession(taken, experiment, time, listeners);
            session.Emit(first);
            foreach (var warning in warnings) session.Warn(warning);
            warn = session.Warn;
            return session;
        }
        catch
        {
            experiment.Dispose();
            throw;
        }
    }

    private static EnvironmentInfo Environment(Experiment experiment, IReadOnlyList<string> commandLine, TimeProvider time)
    {
        var (data, config, shape, range) = (experiment.Data, experiment.Config.Data, experiment.Data.Train.Shape, experiment.Data.Train.Range);
        return EnvironmentInfo.Capture(
            new EngineStamp(experiment.Device.ToString(), Engine.Threads, Engine.Version, string.Join(", ", Engine.LoadedBlas().Select(Path.GetFileName))),
            experiment.Config.Training.Seed,
            new DataStamp(config.Path is null ? config.Kind : $"{config.Kind}:{config.Path}", data.Sha256, data.Preprocessing)
            {
                Shape = [shape.Channels, shape.Height, shape.Width], Range = [range.Lower, range.Upper],
            },
            commandLine, time);
    }

    /// <summary>Takes an existing run for continuing.</summary>
    /// <param name="path">The run folder.</param>
    /// <param name="overrides">Changes to its configuration, such as more epochs; they are written back once its checkpoint has proved sound.</param>
    /// <param name="checkpoint">Where to continue: <c>best</c> or <c>epoch-N</c> when <c>last</c>, the default, is damaged.</param>
    /// <param name="time">Stamps.</param>
    /// <param name="listeners">Displays.</param>
    /// <exception cref="UserException">No run, in use, or its data are not those it was trained on.</exception>
    public static RunSession Resume(string path, IReadOnlyList<string> overrides, string? checkpoint, TimeProvider time, params IRunSink[] listeners)
    {
        var folder = RunFolder.Open(path);
        var config = ConfigReader.Read<ExperimentConfig>(File.ReadAllText(folder.ConfigPath), overrides, folder.ConfigPath);
        var taken = folder.Lock(time);
        try
        {
            if (checkpoint is not null) folder.FindCheckpoint(checkpoint);
            Action<string> warn = _ => { };
            var experiment = Experiment.Of(folder, config, message => warn(message));
            var threads = folder.ReadEnvironment().Engine.Threads;
            var session = new RunSession(taken, experiment, time, listeners) { checkpoint = checkpoint ?? Last };
            warn = session.Warn;
            session.continued = () =>
            {
                if (overrides.Count > 0) Experiments.Storage.AtomicFile.WriteText(folder.ConfigPath, ConfigWriter.Write(config));
                if (threads != Engine.Threads) session.Warn($"the run began with {threads} threads and continues with {Engine.Threads}: the last bits may differ");
            };
            return session;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Trains to the end, or until asked to stop.</summary>
    /// <exception cref="RunFailedException">A term became NaN or infinite, or the disk is full; what was saved before is intact.</exception>
    public TrainingOutcome Train(CancellationToken stop = default)
    {
        using var state = new TrainingState(Experiment);
        var resumed = Restore(state);
        // From here on the run may change; a checkpoint that cannot be read leaves it as it was.
        listeners.Add(new SafeSink(new TensorBoardSink(Folder, time), "TensorBoard", Warn));
        if (resumed) Emit(new Resumed(time.GetUtcNow(), state.Step));
        continued?.Invoke();
        if (state.Completed) Warn(NothingLeft(state));
        var pictures = new RunPictures(Experiment, Folder);
        var config = Experiment.Config;
        var anatomy = new LiveAnatomy(Experiment);
        var trainer = new Trainer(Experiment, state, new Relay(Emit), time)
        {
            Save = name => Save(state, name),
            Stepped = Stepped,
            EpochEnded = epoch =>
            {
                if (config.Diagnostics.AnatomyEvery > 0 && epoch % config.Diagnostics.AnatomyEvery == 0) Look(anatomy, state);
                if (config.Training.PicturesEvery == 0 || (epoch % config.Training.PicturesEvery != 0 && epoch != config.Training.Epochs)) return;
                foreach (var path in pictures.Write($"epoch-{epoch}")) Emit(new SampleSaved(time.GetUtcNow(), state.Step, path));
            },
        };
        try
        {
            var outcome = trainer.Run(stop);
            Trained?.Invoke();
            if (outcome == TrainingOutcome.Finished && config.Diagnostics.Explorer) Explore();
            return outcome;
        }
        catch (NonFiniteException error)
        {
            Emit(new Failed(time.GetUtcNow(), error.Message, state.Step + 1, error.Term));
            var saved = Folder.ListCheckpoints().Count > 0 ? "the last checkpoint is sound; " : "";
            var cure = state.Step > 0 ? "lower training.optimizer.lr, set training.clipNorm," : "no step was taken yet: look at the range of the data and set data.scale,";
            throw new RunFailedException(error.Message, $"{saved}{cure} or bound the posterior with model.posterior.logVarLimit, then train again", error);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            TryTell(error, state.Step);
            throw;
        }
    }

    // Whoever looks at the run later is to see why it ended; with a full disk there is no room for that.
    private void TryTell(Exception error, long step)
    {
        try
        {
            Emit(new Failed(time.GetUtcNow(), Said(error).Split('\n')[0], step));
        }
        catch (Exception second) when (second is UserException or RunFailedException)
        {
        }
    }

    private static string Said(Exception error) => error switch
    {
        UserException user => user.What,
        RunFailedException failed => failed.What,
        TorchException => error.Message,
        _ => $"{error.GetType().Name}: {error.Message}",
    };

    /// <summary>Makes weights from elsewhere the first checkpoints of a new run, best and last: it can be used, and training begins from them.</summary>
    /// <param name="model">All tensors of the model.</param>
    /// <param name="objective">All tensors of its objective.</param>
    /// <exception cref="ArgumentException">They do not fit the configuration.</exception>
    internal void BeginFrom(IReadOnlyDictionary<string, Tensor> model, IReadOnlyDictionary<string, Tensor> objective)
    {
        Experiment.Model.Load(model);
        (Experiment.Objective as Module)?.Load(objective);
        SaveFirst();
        Emit(new Interrupted(time.GetUtcNow(), 0));
    }

    /// <summary>Makes the weights as they are now the first checkpoints of a new run, best and last.</summary>
    internal void SaveFirst()
    {
        using var state = new TrainingState(Experiment);
        Save(state, "best");
        Save(state, Last);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var listener in listeners.OfType<IDisposable>()) listener.Dispose();
        log.Dispose();
        Experiment.Dispose();
        taken.Dispose();
    }

    // False when there is nothing to continue from.
    private bool Restore(TrainingState state)
    {
        if (checkpoint == Last && !Folder.ListCheckpoints().Contains(Last))
        {
            if (Folder.ReadEnvironment().Weights is { } weights)
                throw new UserException($"{Folder.Name} was to hold the weights of {weights.Path}, and that was cut off", "remove the folder and run elbow import again");
            // Killed before the first checkpoint: nothing to continue from but the seed, and that is enough.
            if (log.Length > 0 && EventLogReader.ReadAll(Folder.EventsPath).Events.Any(e => e is StepLogged or EpochCompleted or Resumed)) log.TruncateTo(0);
            return false;
        }
        var length = Load(state, Folder.FindCheckpoint(checkpoint));
        if (state.Epoch > Experiment.Config.Training.Epochs)
        {
            throw new UserException(
                $"{Folder.Name} has trained {state.Epoch} epochs already, {Experiment.Config.Training.Epochs} are asked for",
                $"ask for more than {state.Epoch}, or name an earlier checkpoint");
        }
        log.TruncateTo(Math.Min(log.Length, length));
        return true;
    }

    private static string NothingLeft(TrainingState state) => state.EarlyStopping.ShouldStop
        ? $"nothing is left to train: early stopping ended training after epoch {state.Epoch}, and more epochs do not change that; raise training.earlyStopping.patience in config.json to go on"
        : $"nothing is left to train: all {state.Epoch} epochs are done; --epochs N goes on to N";

    private static long Load(TrainingState state, string folder)
    {
        try
        {
            return state.Load(folder);
        }
        catch (Exception error) when (error is ArgumentException or KeyNotFoundException or FormatException or TorchException)
        {
            throw new UserException($"{folder} does not fit the run: {error.Message}", "if the run's config.json was changed, restore it; else name another checkpoint (--checkpoint best or epoch-N)", error);
        }
    }

    private void Save(TrainingState state, string name)
    {
        state.Save(Folder.CheckpointPath(name), log.Flush());
        Emit(new CheckpointSaved(time.GetUtcNow(), name, state.Step));
    }

    private void Look(LiveAnatomy anatomy, TrainingState state)
    {
        var watch = Stopwatch.StartNew();
        if (anatomy.Look(state.Epoch) is not var (values, series)) return;
        var seconds = watch.Elapsed.TotalSeconds;
        Emit(new DiagnosticsLogged(
            time.GetUtcNow(), state.Step, state.Epoch, anatomy.SplitName, values.ToDictionary(pair => pair.Key, pair => new TermValue(pair.Value.Value, pair.Value.StandardError)), series)
        {
            Rows = anatomy.Rows,
            Members = anatomy.Members,
            Seconds = seconds,
            ShareOfEpoch = seconds / epochSeconds,
        });
    }

    // Training is over and everything it made is saved: whatever goes wrong here is worth a word, never the run.
    private void Explore()
    {
        try
        {
            TrainedModel.Borrow(Folder, Experiment, TrainedModel.Preferred(Folder), trained => RunExplorer.Write(trained, time: time));
        }
        catch (Exception error)
        {
            var warned = new Warned(time.GetUtcNow(), $"there is no new explorer/ for the studio: {Said(error).Split('\n')[0]}; once that is mended, elbow explore {Folder.Name} writes it");
            try
            {
                Emit(warned);
            }
            catch (Exception full) when (full is UserException or RunFailedException)
            {
                foreach (var listener in listeners) listener.Emit(warned);
            }
        }
    }

    private void Warn(string message) => Emit(new Warned(time.GetUtcNow(), message));

    private void Emit(RunEvent e)
    {
        if (e is EpochCompleted epoch) epochSeconds = epoch.Seconds;
        log.Append(e);
        foreach (var listener in listeners) listener.Emit(e);
    }

    private sealed class Relay(Action<RunEvent> emit) : IRunSink
    {
        public void Emit(RunEvent e) => emit(e);
    }
}
