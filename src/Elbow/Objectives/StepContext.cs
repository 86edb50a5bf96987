using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>Where training stands when an objective is evaluated.</summary>
/// <param name="Epoch">Epochs done, with the fraction of the present one; schedules inside objectives go by it.</param>
/// <param name="Generator">The source of all randomness of this evaluation.</param>
public readonly record struct StepContext(double Epoch, Generator Generator)
{
    /// <summary>Batches done of the present epoch.</summary>
    public int Batch { get; init; }

    /// <summary>The rows held out for an <see cref="IHoldsOutRows"/>, as batches <c>(B, D)</c> on the model's device, read anew at each enumeration.</summary>
    public IEnumerable<Tensor> HeldOut { get => field ?? []; init; }

    /// <summary>A context after every warm-up: what a trained model is judged by.</summary>
    public static StepContext Final(Generator generator) => new(double.PositiveInfinity, generator);
}
