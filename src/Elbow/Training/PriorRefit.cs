using System.ComponentModel.DataAnnotations;
using Elbow.Data;
using Elbow.Experiments;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>Another prior for codes that no longer move: fitted by maximum likelihood, with early stopping.</summary>
/// <remarks>
/// <para><b>Equation:</b> ascends E_x E_q(z|x) log p_λ(z) in λ, a fresh draw of z at each visit; with the encoder fixed that is Ω = −E KL(q(z|x) ‖ p_λ) but for
/// a constant, and never above −H[q(z)]: its best value is had by p_λ = q(z) alone.</para>
/// <para>Adam on minibatches; after each epoch the mean over the validation codes, always at the same draws, decides; the best parameters are kept, the
/// first included. Mixtures start at spread codes with the codes' variances and Gaussians at their moments, for a prior that starts far from the codes
/// learns nothing of their shape; all others start as their configuration says.</para>
/// <para><b>Units:</b> nats. <b>Biased when:</b> the best validation value is chosen among many: a little high. Report the test split.</para>
/// <para><b>Source:</b> Tomczak, Deep Generative Modeling, 4.4.1 (the prior that is best for a given encoder); Ghosh et al. 2020, arXiv 1903.12436,
/// section 4 (a density fitted to the codes after training). The start and the stopping are ours.</para>
/// </remarks>
public sealed class PriorRefit : IDisposable
{
    private const int RowsAtOnce = 1024, Draws = 4;

    private PriorRefit(PriorConfig config, IPrior prior) => (Config, Prior) = (config, prior);

    /// <summary>How long and how fast.</summary>
    public sealed record Options
    {
        /// <summary>Epochs at most.</summary>
        [Range(1, 1_000_000)]
        public int Epochs { get; init; } = 500;

        /// <summary>Epochs without improvement that are borne.</summary>
        [Range(0, 1_000_000)]
        public int Patience { get; init; } = 25;

        /// <summary>Codes in a step.</summary>
        [Range(1, 1_000_000)]
        public int BatchSize { get; init; } = 256;

        /// <summary>Adam's learning rate.</summary>
        [Range(1e-9, 10.0)]
        public double Lr { get; init; } = 5e-3;

        /// <summary>Of first weights, order and draws.</summary>
        public long Seed { get; init; } = 1;
    }

    /// <summary>What was fitted.</summary>
    public PriorConfig Config { get; }

    /// <summary>With the best parameters.</summary>
    public IPrior Prior { get; }

    /// <summary>How many numbers were fitted; 0 for a prior that is given.</summary>
    public long Parameters { get; private set; }

    /// <summary>Mean log p(z) of the validation codes, nats: before the first epoch and after each.</summary>
    public IReadOnlyList<double> Validation { get; private set; } = [];

    /// <summary>The epoch whose parameters are kept; 0 for the start.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>Fits a prior.</summary>
    /// <param name="experiment">The model, in evaluation mode; priors made of encoded pseudo-inputs use its encoder as it is.</param>
    /// <param name="config">Which prior.</param>
    /// <param name="training">Codes to fit.</param>
    /// <param name="validation">Codes to stop by; null keeps every tenth of the training codes for it.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="progress">Told how many epochs are done.</param>
    /// <exception cref="UserException">The prior does not fit the codes.</exception>
    /// <exception cref="RunFailedException">log p(z) became NaN or infinite.</exception>
    public static PriorRefit Fit(Experiment experiment, PriorConfig config, FrozenCodes training, FrozenCodes? validation, Options? options = null, IProgress<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(training);
        options ??= new();
        using var scope = TensorScope.Open();
        using var first = new Generator(Seeds.For(options.Seed, "prior"));
        var refit = new PriorRefit(config, experiment.Build(config, first));
        try
        {
            (refit.Prior as Module)?.SetTraining(false);
            var held = validation is null ? Rows(training.Count, row => row % 10 == 9) : Rows(validation.Count, _ => true);
            if (held.Length == 0) held = Rows(training.Count, _ => true);
            refit.Ascend(training, validation is null ? Rows(training.Count, row => row % 10 != 9) : Rows(training.Count, _ => true), validation ?? training, held, options, experiment.Device, progress);
            return refit;
        }
        catch
        {
            refit.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => (Prior as IDisposable)?.Dispose();

    private void Ascend(FrozenCodes training, long[] rows, FrozenCodes judges, long[] held, Options options, Device device, IProgress<int>? progress)
    {
        KeyValuePair<string, Tensor>[] parameters = [.. (Prior as Module)?.NamedParameters() ?? []];
        Parameters = parameters.Sum(parameter => parameter.Value.Count);
        using var generator = new Generator(Seeds.For(options.Seed, "refit"), device);
        using (TensorScope.Open()) PriorStart.AtCodes(Config, parameters, training.Draw(rows, generator), options.Seed);
        var history = new List<double> { Judge(judges, held, options.Seed, device) };
        Validation = history;
        if (parameters.Length == 0) return;
        var stopping = new EarlyStopping(new() { Patience = options.Patience }, 0);
        stopping.Observe(0, history[0]);
        var best = Copy(parameters);
        using var optimizer = new Adam.Config { Lr = options.Lr }.Build(parameters);
        Tensor[] moved = [.. parameters.Select(parameter => parameter.Value)];
        for (var epoch = 1; epoch <= options.Epochs && !stopping.ShouldStop; epoch++)
        {
            foreach (var batch in Permutation.Of(rows.Length, options.Seed, epoch).Chunk(options.BatchSize))
            {
                using var step = TensorScope.Open();
                var z = training.Draw([.. batch.Select(n => rows[n])], generator);
                optimizer.Step(Autograd.Grad(-Prior.Density().LogProb(z).Mean(), moved), options.Lr);
            }
            history.Add(Judge(judges, held, options.Seed, device));
            if (!double.IsFinite(history[^1])) throw new RunFailedException($"log p(z) of the validation codes is {history[^1]} after epoch {epoch} of the fit", "give a smaller --lr, or another prior");
            if (stopping.Observe(epoch, history[^1])) best = Copy(parameters);
            progress?.Report(epoch);
        }
        BestEpoch = stopping.BestEpoch;
        using var frozen = Autograd.NoGrad();
        foreach (var (kept, tensor) in best.Zip(moved)) tensor.CopyInPlace(kept);
    }

    private double Judge(FrozenCodes codes, long[] rows, long seed, Device device)
    {
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        using var generator = new Generator(Seeds.For(seed, "refit validation"), device);
        var (density, sum) = (Prior.Density(), 0.0);
        for (var draw = 0; draw < Draws; draw++)
        {
            foreach (var part in rows.Chunk(RowsAtOnce))
            {
                using var piece = TensorScope.Open();
                sum += density.LogProb(codes.Draw(part, generator)).To(DType.Float64).Sum().ToDouble();
            }
        }
        return sum / Draws / rows.Length;
    }

    private static Tensor[] Copy(KeyValuePair<string, Tensor>[] parameters) => [.. parameters.Select(parameter => parameter.Value.Detach().Clone())];

    private static long[] Rows(int count, Func<int, bool> chosen) => [.. Enumerable.Range(0, count).Where(chosen).Select(row => (long)row)];
}
