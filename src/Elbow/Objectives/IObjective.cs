using System.Text.Json.Serialization;
using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>Where training stands when an objective is evaluated.</summary>
/// <param name="Epoch">Epochs done, with the fraction of the present one; schedules inside objectives go by it.</param>
/// <param name="Generator">The source of all randomness of this evaluation.</param>
public readonly record struct StepContext(double Epoch, Generator Generator)
{
    /// <summary>A context after every warm-up: what a trained model is judged by.</summary>
    public static StepContext Final(Generator generator) => new(double.PositiveInfinity, generator);
}

/// <summary>Routes a batch through the parts of a model.</summary>
public interface IObjective
{
    /// <summary>Evaluates the objective on a batch. <c>x (B, D)</c>.</summary>
    ObjectiveTerms Evaluate(LatentVariableModel model, Tensor x, StepContext context);
}

/// <summary>Chooses the objective.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Elbo.Config), "elbo")]
public abstract record ObjectiveConfig
{
    /// <summary>Builds the objective.</summary>
    public abstract IObjective Build();

    /// <summary>Epochs before the objective has its final form; early stopping waits for them.</summary>
    [JsonIgnore] public virtual double WarmUpEpochs => 0;
}
