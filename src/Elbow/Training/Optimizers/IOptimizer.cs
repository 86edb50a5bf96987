using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>Moves parameters along their gradients.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>One step that descends. Gradients come in the order of the parameters.</summary>
    void Step(IReadOnlyList<Tensor> gradients, double learningRate);

    /// <summary>Steps done; part of the state.</summary>
    long Steps { get; set; }

    /// <summary>The tensors a checkpoint must hold, by name.</summary>
    IEnumerable<KeyValuePair<string, Tensor>> State { get; }
}

/// <summary>Chooses the optimiser.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Adam.Config), "adam")]
[JsonDerivedType(typeof(Adam.WConfig), "adamw")]
[JsonDerivedType(typeof(Adam.MaxConfig), "adamax")]
[JsonDerivedType(typeof(RmsProp.Config), "rmsprop")]
[JsonDerivedType(typeof(Sgd.Config), "sgd")]
public abstract record OptimizerConfig
{
    /// <summary>The learning rate that schedules multiply.</summary>
    [Description("learning rate"), Range(0.0, 1e3)]
    public double Lr { get; init; } = 1e-3;

    /// <summary>Builds the optimiser over named parameters.</summary>
    public abstract IOptimizer Build(IReadOnlyList<KeyValuePair<string, Tensor>> parameters);
}
