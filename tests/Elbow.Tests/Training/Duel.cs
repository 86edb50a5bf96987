using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Torch;

namespace Elbow.Tests.Training;

/// <summary>An objective that uses everything the training loop offers one: a weight, a critic, rows held out, preparation, and a memory of epochs.</summary>
internal sealed class Duel : Module, IHasOpponent, IHoldsOutRows, ILearnsFromEpochs
{
    private readonly Config config;
    private readonly Tensor temperature;
    private readonly Tensor centre;
    private readonly Tensor strength;

    private Duel(Config config, ObjectiveContext context)
    {
        this.config = config;
        Opponent = Child("critic", new Linear(context.Model.LatentDim, 1, context.Init));
        temperature = Parameter("temperature", context.Init.Constant(0.5));
        centre = Buffer("centre", context.Init.Constant(0, context.Model.Data.Size));
        strength = Buffer("strength", context.Init.Constant(1));
    }

    internal sealed record Config(int HeldOut = 0, int RedrawEvery = 1, Action<StepContext, Tensor>? Seen = null) : ObjectiveConfig
    {
        public override IObjective Build(ObjectiveContext context) => new Duel(this, context);
    }

    public Module Opponent { get; }

    public int HeldOut => config.HeldOut;

    public int RedrawEvery => config.RedrawEvery;

    public void Prepare(LatentVariableModel model, Tensor x, StepContext context)
    {
        config.Seen?.Invoke(context, x);
        if (context.Batch % 2 != 0) return;
        using var frozen = Autograd.NoGrad();
        foreach (var rows in context.HeldOut) centre.CopyInPlace(rows.Mean(0));
    }

    public ObjectiveTerms Evaluate(LatentVariableModel model, Tensor x, StepContext context)
    {
        var z = model.Encode(x).Sample(context.Generator);
        var reconstruction = model.Decode(z).LogProb(x - 0.01 * centre);
        var judged = Judge(z).Reshape(-1);
        var value = reconstruction + strength * judged - temperature.Square();
        return new ObjectiveTerms(value.Mean(), new("reconstruction", reconstruction), new("judged", judged))
        {
            Opponent = model.Training ? -Judge(z.Detach()).Square().Mean() + Judge(z.Detach()).Mean() : null,
        };
    }

    public void EpochEnded(LatentVariableModel model, TermStatistics judged) => strength.CopyInPlace((0.9 * strength).Detach());

    private Tensor Judge(Tensor z) => ((Linear)Opponent).Forward(z);
}
