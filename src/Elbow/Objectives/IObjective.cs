using System.Text.Json.Serialization;
using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>Routes a batch through the parts of a model.</summary>
/// <remarks>
/// An objective that is a <see cref="Networks.Module"/> brings tensors of its own: its parameters are trained with the model, its buffers
/// (a running weight, remembered codes) are saved and restored with every checkpoint. What more it may need of the training loop it says
/// through <see cref="IHasOpponent"/>, <see cref="IPrepares"/>, <see cref="IHoldsOutRows"/>, <see cref="ILearnsFromEpochs"/>,
/// <see cref="IMonitored"/> and <see cref="IHasSamplingDensity"/>.
/// </remarks>
public interface IObjective
{
    /// <summary>Evaluates the objective on a batch. <c>x (B, D)</c>.</summary>
    ObjectiveTerms Evaluate(LatentVariableModel model, Tensor x, StepContext context);
}

/// <summary>Chooses the objective.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Elbo.Config), "elbo")]
[JsonDerivedType(typeof(Avae.Config), "avae")]
public abstract record ObjectiveConfig
{
    /// <summary>Builds the objective.</summary>
    /// <exception cref="ArgumentException">It does not fit the model or the data.</exception>
    public abstract IObjective Build(ObjectiveContext context);

    /// <summary>Epochs before the objective has its final form; early stopping waits for them.</summary>
    [JsonIgnore] public virtual double WarmUpEpochs => 0;

    /// <summary>Everything about these parts of a model that the objective cannot work with: asked before training.</summary>
    public virtual IEnumerable<Misfit> Misfits(ModelConfig parts) => [];
}

/// <summary>A part that an objective cannot work with.</summary>
/// <param name="Key">Path in the configuration, from its root.</param>
/// <param name="What">What is wrong.</param>
/// <param name="Mend">What to do.</param>
public readonly record struct Misfit(string Key, string What, string Mend);
