using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>Sums the terms of many batches, in float64 on the device they live on, so that a step does not wait for numbers.</summary>
public sealed class TermStatistics : IDisposable
{
    private Tensor? sums;
    private string[] names = [];
    private double objective;
    private BatchSums batches;

    /// <summary>Examples taken in.</summary>
    public long Count { get; private set; }

    /// <summary>Takes in the terms of one batch.</summary>
    /// <param name="terms">The terms.</param>
    /// <param name="objectiveValue">The value of the scalar objective, which the caller has read already.</param>
    /// <param name="batchSums"><see cref="SumsOf"/> the terms, where they have been computed already.</param>
    public void Add(ObjectiveTerms terms, double objectiveValue, Tensor? batchSums = null)
    {
        ArgumentNullException.ThrowIfNull(terms);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var batch = batchSums ?? SumsOf(terms);
        var B = terms.Terms[0].PerExample.Shape[0];
        Count += B;
        objective += B * objectiveValue;
        batches = batches.With(B, objectiveValue);
        if (sums is not null)
        {
            sums.AddInPlace(batch);
            return;
        }
        sums = TensorScope.Detach(batchSums is null ? batch : batch.Clone());
        names = [.. terms.Terms.Select(term => term.Name)];
    }

    /// <summary>Sums over the batch, then sums of squares, in the order of the terms: <c>(2, T)</c>, float64.</summary>
    public static Tensor SumsOf(ObjectiveTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        var values = Tensor.Stack(0, [.. terms.Terms.Select(term => term.PerExample)]).To(DType.Float64);
        return Tensor.Stack(0, values.Sum(1L), values.Square().Sum(1L));
    }

    /// <summary>The scalar objective O, weighted by batch size B: Ō = Σ B O / Σ B, nats.</summary>
    /// <remarks>
    /// Its standard error is that between batches, √(M/(M − 1) Σ B²(O − Ō)²) / Σ B over M of them, for an objective need be no mean over examples; NaN of one
    /// batch. Over the batches of training it holds what the weights moved meanwhile as well.
    /// </remarks>
    public Estimate Objective => batches.Mean(objective, Count);

    /// <summary>Each term's mean and standard error, in the order of the objective.</summary>
    public IReadOnlyList<KeyValuePair<string, Estimate>> Estimates()
    {
        if (sums is null) return [];
        var values = sums.ToArray<double>();
        return [.. names.Select((name, k) => new KeyValuePair<string, Estimate>(name, Estimate.FromSums(values[k], values[names.Length + k], Count)))];
    }

    /// <summary>The mean of one term.</summary>
    /// <exception cref="KeyNotFoundException">The objective has no such term.</exception>
    public double Mean(string name)
    {
        var at = Array.IndexOf(names, name);
        return at < 0 ? throw new KeyNotFoundException($"there is no term '{name}': the terms are {string.Join(", ", names)}") : sums!.ToArray<double>()[at] / Count;
    }

    /// <summary>Everything it has summed: what a checkpoint in the middle of an epoch holds.</summary>
    public Snapshot Save() => new(Count, objective, names, sums?.ToArray<double>() ?? []) { Batches = batches };

    /// <summary>Continues from a snapshot.</summary>
    public void Load(Snapshot snapshot, Device device)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        (Count, objective, names) = (snapshot.Count, snapshot.Objective, [.. snapshot.Names]);
        // A checkpoint of earlier versions does not have them: then the error of this epoch is not known.
        batches = snapshot.Batches ?? (Count == 0 ? default : new BatchSums(0, double.NaN, double.NaN, double.NaN));
        sums?.Dispose();
        sums = snapshot.Sums.Count == 0 ? null : TensorScope.Detach(Tensor.From(snapshot.Sums.ToArray(), [2, names.Length], device));
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        sums?.Dispose();
        (sums, names, Count, objective) = (null, [], 0, 0);
        batches = default;
    }

    /// <inheritdoc/>
    public void Dispose() => sums?.Dispose();

    /// <summary>The sums of a part of an epoch.</summary>
    /// <param name="Count">Examples.</param>
    /// <param name="Objective">Sum of the objective over examples.</param>
    /// <param name="Names">Terms.</param>
    /// <param name="Sums">Sums, then sums of squares, in the order of the names.</param>
    public sealed record Snapshot(long Count, double Objective, IReadOnlyList<string> Names, IReadOnlyList<double> Sums)
    {
        /// <summary>What the error of the objective needs; null in files of earlier versions.</summary>
        public BatchSums? Batches { get; init; }
    }

    /// <summary>Sums over batches of B examples whose objective is O.</summary>
    /// <param name="Batches">How many.</param>
    /// <param name="Weights">Σ B².</param>
    /// <param name="WeightedValues">Σ B² O.</param>
    /// <param name="Squares">Σ B² O².</param>
    public readonly record struct BatchSums(long Batches, double Weights, double WeightedValues, double Squares)
    {
        internal BatchSums With(double B, double O) => new(Batches + 1, Weights + B * B, WeightedValues + B * B * O, Squares + B * B * O * O);

        internal Estimate Mean(double sum, long count)
        {
            var mean = sum / count;
            var squares = Math.Max(0, Squares - 2 * mean * WeightedValues + mean * mean * Weights);
            return new Estimate(mean, Batches < 2 ? double.NaN : Math.Sqrt(squares * Batches / (Batches - 1.0)) / count);
        }
    }
}
