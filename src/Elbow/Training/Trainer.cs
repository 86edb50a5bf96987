using System.Diagnostics;
using Elbow.Data;
using Elbow.Experiments;
using Elbow.Objectives;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>How training ended.</summary>
public enum TrainingOutcome
{
    /// <summary>All epochs are done, or early stopping ended them.</summary>
    Finished,
    /// <summary>It was asked to stop; the state is saved.</summary>
    Interrupted,
}

/// <summary>What a progress display needs after each step.</summary>
/// <param name="Epoch">The running epoch, from 1.</param>
/// <param name="Epochs">Epochs at most.</param>
/// <param name="Batch">Batches done of this epoch.</param>
/// <param name="Batches">Batches in an epoch.</param>
/// <param name="Examples">Examples in this step.</param>
/// <param name="Objective">The objective of this batch, nats.</param>
public readonly record struct StepProgress(int Epoch, int Epochs, int Batch, int Batches, int Examples, double Objective);

/// <summary>A term, gradient or weight became NaN or infinite. The run stops at the first one, by name.</summary>
/// <param name="term">What is not finite.</param>
/// <param name="message">Where and how often.</param>
public sealed class NonFiniteException(string term, string message) : Exception(message)
{
    /// <summary>What is not finite.</summary>
    public string Term { get; } = term;
}

/// <summary>The training loop: next batch, scope, terms, backward, clip, step, emit.</summary>
public sealed class Trainer(Experiment experiment, TrainingState state, IRunSink sink, TimeProvider time)
{
    private readonly TrainingConfig config = experiment.Config.Training;
    private readonly Stopwatch watch = new();

    /// <summary>Saves a checkpoint under a name; called at the end of an epoch and when interrupted.</summary>
    public required Action<string> Save { get; init; }

    /// <summary>Called at the end of an epoch, with the weights that are to be judged in the model.</summary>
    public Action<int>? EpochEnded { get; init; }

    /// <summary>Called after every step.</summary>
    public Action<StepProgress>? Stepped { get; init; }

    /// <summary>Trains from where the state stands to the end, or until asked to stop.</summary>
    /// <exception cref="NonFiniteException">A term became NaN or infinite; the last checkpoint is as good as before.</exception>
    public TrainingOutcome Run(CancellationToken stop)
    {
        using var captured = new CapturedStep(experiment, state);
        while (!state.Completed)
        {
            var (batches, heldOut) = experiment.Rows(state.Epoch);
            var rate = config.Optimizer.Lr * state.Schedule.Factor(state.Epoch);
            watch.Restart();
            foreach (var batch in batches.Epoch(config.Seed, state.Epoch, state.Batch))
            {
                using var scope = TensorScope.Open();
                var context = new StepContext(state.Epoch + (double)state.Batch / batches.PerEpoch, state.Generator) { Batch = state.Batch, HeldOut = heldOut };
                var replayed = captured.Replay(batch, context);
                var terms = replayed?.Terms ?? Evaluate(batch, context);
                var value = MustBeFinite(terms);
                var gradients = replayed?.Gradients ?? Autograd.Grad(-terms.Objective, state.Parameters);
                var theirs = terms.Opponent is { } goal ? Autograd.Grad(-goal, state.OpponentParameters) : [];
                Clip(gradients);
                state.Optimizer.Step(gradients, rate);
                state.OpponentOptimizer?.Step(theirs, (config.OpponentOptimizer ?? config.Optimizer).Lr * state.Schedule.Factor(state.Epoch));
                state.Average?.Update(state.Step);
                state.Statistics.Add(terms, value, replayed?.Sums);
                state.Advance();
                Emit(terms, batch, batches.PerEpoch, value);
                if (!stop.IsCancellationRequested) continue;
                if (state.Batch == batches.PerEpoch) break;
                state.Seconds += watch.Elapsed.TotalSeconds;
                MustBeFiniteWeights();
                Save("last");
                return Interrupted();
            }
            EndEpoch(rate);
            if (stop.IsCancellationRequested && !state.Completed) return Interrupted();
        }
        sink.Emit(new Finished(time.GetUtcNow(), state.Step));
        return TrainingOutcome.Finished;
    }

    private ObjectiveTerms Evaluate(Batch batch, StepContext context)
    {
        var x = experiment.ToTensor(batch);
        (experiment.Objective as IPrepares)?.Prepare(experiment.Model, x, context);
        return experiment.Objective.Evaluate(experiment.Model, x, context);
    }

    private void EndEpoch(double rate)
    {
        var seconds = state.Seconds + watch.Elapsed.TotalSeconds;
        var splits = new Dictionary<string, IReadOnlyDictionary<string, TermValue>> { ["train"] = Values(state.Statistics) };
        var examples = state.Statistics.Count;
        var monitored = Monitored(state.Statistics);
        var relativeGap = RelativeGap(splits["train"]);
        if (experiment.Data.Validation is null) experiment.Judge(state.Average, () => Learn(state.Statistics));
        state.EndEpoch();
        MustBeFiniteWeights();
        experiment.Judge(state.Average, () =>
        {
            if (experiment.Data.Validation is { } validation)
            {
                using var judged = experiment.Evaluate(validation, Seeds.For(config.Seed, "validation", state.Epoch));
                MustBeFinite(judged);
                splits["validation"] = Values(judged);
                monitored = Monitored(judged);
                Learn(judged);
            }
            sink.Emit(new EpochCompleted(time.GetUtcNow(), state.Epoch, state.Step, splits, rate, seconds, examples / seconds));
            EpochEnded?.Invoke(state.Epoch);
        });
        if (state.Epoch > experiment.Config.Objective.WarmUpEpochs) (state.Schedule as IAdaptiveSchedule)?.Observe(monitored);
        var best = state.EarlyStopping.Observe(state.Epoch, monitored, relativeGap);
        if (state.EarlyStopping.ShouldStop) sink.Emit(new EarlyStopped(time.GetUtcNow(), state.Epoch, state.EarlyStopping.BestEpoch)
        {
            Reason = config.EarlyStopping is { Rule: EarlyStopping.StopRule.EntropyGap } ? $"the ELBO is the sum of its three entropies to {relativeGap:P3}" : null,
        });
        state.Completed = state.Epoch >= config.Epochs || state.EarlyStopping.ShouldStop;
        if (best) Save("best");
        if (config.CheckpointEvery > 0 && state.Epoch % config.CheckpointEvery == 0) Save($"epoch-{state.Epoch}");
        Save("last");
    }

    // |F − F_3E| / |F| over the epoch's steps; NaN for objectives without the meter.
    private static double RelativeGap(IReadOnlyDictionary<string, TermValue> train) =>
        train.TryGetValue("entropyGap", out var gap) && train.TryGetValue("elbo", out var elbo) ? Math.Abs(gap.Mean / elbo.Mean) : double.NaN;

    private double Monitored(TermStatistics judged) => (experiment.Objective as IMonitored)?.Monitored(judged) ?? judged.Objective.Value;

    private void Learn(TermStatistics judged) => (experiment.Objective as ILearnsFromEpochs)?.EpochEnded(experiment.Model, judged);

    private TrainingOutcome Interrupted()
    {
        sink.Emit(new Interrupted(time.GetUtcNow(), state.Step));
        return TrainingOutcome.Interrupted;
    }

    private void Clip(Tensor[] gradients)
    {
        if (config.NormaliseGradients) GradientClipping.Normalise(gradients);
        if (config.ClipValue is { } most) GradientClipping.ByValue(gradients, most);
        if (config.ClipNorm is not { } norm) return;
        if (!double.IsFinite(GradientClipping.ByNorm(gradients, norm)))
            throw new NonFiniteException("gradient", $"the gradient is not finite at step {state.Step + 1}, epoch {state.Epoch + 1}, batch {state.Batch + 1}");
    }

    private double MustBeFinite(ObjectiveTerms terms)
    {
        var value = terms.Objective.ToDouble();
        if (double.IsFinite(value)) return value;
        using var frozen = Autograd.NoGrad();
        var where = $"at step {state.Step + 1}, epoch {state.Epoch + 1}, batch {state.Batch + 1}";
        foreach (var (name, perExample) in terms.Terms)
        {
            var bad = (!perExample.IsFinite()).To(DType.Float64).Sum().ToDouble();
            if (bad > 0) throw new NonFiniteException(name, $"the term '{name}' is not finite for {bad} of {perExample.Count} examples {where}");
        }
        throw new NonFiniteException("objective", $"the objective is {value} {where}, though every term is finite");
    }

    private void MustBeFinite(TermStatistics judged)
    {
        foreach (var (name, estimate) in judged.Estimates())
        {
            if (!double.IsFinite(estimate.Value)) throw new NonFiniteException(name, $"the term '{name}' is {estimate.Value} on the validation data after epoch {state.Epoch}");
        }
    }

    // A gradient can overflow while every term is finite; such weights must not become a checkpoint.
    private void MustBeFiniteWeights()
    {
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        foreach (var (name, tensor) in experiment.NamedTensors)
        {
            if (!tensor.IsFinite().All()) throw new NonFiniteException(name, $"the weights '{name}' are not finite after step {state.Step}: a gradient overflowed");
        }
    }

    private void Emit(ObjectiveTerms terms, Batch batch, int perEpoch, double value)
    {
        Stepped?.Invoke(new StepProgress(state.Epoch + 1, config.Epochs, state.Batch, perEpoch, batch.Count, value));
        if (config.LogEvery == 0 || state.Step % config.LogEvery != 0) return;
        using var frozen = Autograd.NoGrad();
        var means = terms.Terms.ToDictionary(term => term.Name, term => term.PerExample.Mean().ToDouble());
        means["objective"] = value;
        sink.Emit(new StepLogged(time.GetUtcNow(), state.Step, state.Epoch + 1, means));
    }

    private static Dictionary<string, TermValue> Values(TermStatistics statistics)
    {
        var values = statistics.Estimates().ToDictionary(pair => pair.Key, pair => new TermValue(pair.Value.Value, pair.Value.StandardError));
        values["objective"] = new TermValue(statistics.Objective.Value, statistics.Objective.StandardError);
        return values;
    }
}
