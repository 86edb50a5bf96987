using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Elbow.Training;

/// <summary>A factor on the learning rate, set once for each epoch.</summary>
public interface ISchedule
{
    /// <summary>The factor during an epoch, counted from 0.</summary>
    double Factor(int epoch);
}

/// <summary>A schedule that watches the validation objective; what it remembers goes into checkpoints.</summary>
public interface IAdaptiveSchedule : ISchedule
{
    /// <summary>Tells the value of the epoch that has ended; larger is better.</summary>
    void Observe(double value);

    /// <summary>What it remembers.</summary>
    JsonObject State { get; set; }
}

/// <summary>Chooses the schedule of the learning rate.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ConstantSchedule.Config), "constant")]
[JsonDerivedType(typeof(StepSchedule.Config), "step")]
[JsonDerivedType(typeof(MultiStepSchedule.Config), "multiStep")]
[JsonDerivedType(typeof(CosineSchedule.Config), "cosine")]
[JsonDerivedType(typeof(PlateauSchedule.Config), "plateau")]
public abstract record ScheduleConfig
{
    /// <summary>Builds the schedule for a number of epochs.</summary>
    public abstract ISchedule Build(int epochs);
}
