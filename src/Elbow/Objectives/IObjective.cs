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
[JsonDerivedType(typeof(Aae.Config), "aae")]
[JsonDerivedType(typeof(AnchorVae.Config), "anchor-vae")]
[JsonDerivedType(typeof(Avae.Config), "avae")]
[JsonDerivedType(typeof(BetaVae.Config), "beta")]
[JsonDerivedType(typeof(BetaTcVae.Config), "beta-tcvae")]
[JsonDerivedType(typeof(Corex.Config), "corex")]
[JsonDerivedType(typeof(EdVae.Config), "ed-vae")]
[JsonDerivedType(typeof(EdVae.StrictConfig), "ed-vae-strict")]
[JsonDerivedType(typeof(FactorVae.Config), "factor-vae")]
[JsonDerivedType(typeof(InfoVae.Config), "info-vae")]
[JsonDerivedType(typeof(Iwae.Config), "iwae")]
[JsonDerivedType(typeof(RaeL2.Config), "rae-l2")]
[JsonDerivedType(typeof(ThreeEntropiesElbo.Config), "three-entropies")]
[JsonDerivedType(typeof(WaeMmd.Config), "wae-mmd")]
public abstract record ObjectiveConfig
{
    /// <summary>Builds the objective.</summary>
    /// <exception cref="ArgumentException">It does not fit the model or the data.</exception>
    public abstract IObjective Build(ObjectiveContext context);

    /// <summary>Epochs before the objective has its final form; early stopping waits for them.</summary>
    [JsonIgnore] public virtual double WarmUpEpochs => 0;

    /// <summary>Whether the terms of a Gaussian VAE include the meter <c>entropyGap</c> = ELBO − sum of three entropies.</summary>
    [JsonIgnore] public virtual bool MetersEntropies => false;

    /// <summary>Everything about these parts of a model that the objective cannot work with: asked before training.</summary>
    public virtual IEnumerable<Misfit> Misfits(ModelConfig parts) => [];
}
