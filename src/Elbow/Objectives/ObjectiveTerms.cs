using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>A named part of an objective.</summary>
/// <param name="Name">What is logged, stored, tested and drawn.</param>
/// <param name="PerExample">Nats, with the mathematical sign, <c>(B)</c>.</param>
public readonly record struct Term(string Name, Tensor PerExample);

/// <summary>What an objective says of a batch: the scalar that is ascended, and every part of it by name.</summary>
public sealed class ObjectiveTerms
{
    /// <summary>Checks that the objective is one number and every term has one value per example.</summary>
    public ObjectiveTerms(Tensor objective, params ReadOnlySpan<Term> terms)
    {
        Objective = objective.MustBe([]);
        Terms = terms.ToArray();
        var B = Terms[0].PerExample.Shape[0];
        foreach (var (name, value) in Terms) value.MustBe([B], "[B]", name);
    }

    /// <summary>The scalar that is ascended, in nats: a mean over the batch.</summary>
    public Tensor Objective { get; }

    /// <summary>
    /// What an <see cref="IHasOpponent"/>'s opponent ascends on this batch, computed on detached codes; null when there is none, or when the
    /// model is only judged.
    /// </summary>
    public Tensor? Opponent { get; init => field = value?.MustBe([]); }

    /// <summary>The named parts.</summary>
    public IReadOnlyList<Term> Terms { get; }

    /// <summary>The per-example values of one part.</summary>
    /// <exception cref="KeyNotFoundException">The objective has no such part.</exception>
    public Tensor this[string name] => Terms.FirstOrDefault(term => term.Name == name).PerExample
        ?? throw new KeyNotFoundException($"there is no term '{name}': the terms are {string.Join(", ", Terms.Select(term => term.Name))}");
}
