using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>Sums the terms of many batches, in float64 on the device they live on, so that a step does not wait for numbers.</summary>
public sealed class TermStatistics : IDisposable
{
    private Tensor? sums;
    private string[] names = [];
    private double objective;

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

    /// <summary>Mean of the scalar objective, weighted by batch size.</summary>
    public double Objective => objective / Count;

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
    public Snapshot Save() => new(Count, objective, names, sums?.ToArray<double>() ?? []);

    /// <summary>Continues from a snapshot.</summary>
    public void Load(Snapshot snapshot, Device device)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        (Count, objective, names) = (snapshot.Count, snapshot.Objective, [.. snapshot.Names]);
        sums?.Dispose();
        sums = snapshot.Sums.Count == 0 ? null : TensorScope.Detach(Tensor.From(snapshot.Sums.ToArray(), [2, names.Length], device));
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        sums?.Dispose();
        (sums, names, Count, objective) = (null, [], 0, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => sums?.Dispose();

    /// <summary>The sums of a part of an epoch.</summary>
    /// <param name="Count">Examples.</param>
    /// <param name="Objective">Sum of the objective over examples.</param>
    /// <param name="Names">Terms.</param>
    /// <param name="Sums">Sums, then sums of squares, in the order of the names.</param>
    public sealed record Snapshot(long Count, double Objective, IReadOnlyList<string> Names, IReadOnlyList<double> Sums);
}
