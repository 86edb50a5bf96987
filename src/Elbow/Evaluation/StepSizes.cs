using Elbow.Torch;

namespace Elbow.Evaluation;

/// <summary>Step sizes of Hamiltonian Monte Carlo for each example along a path, found by a pilot and then fixed.</summary>
/// <remarks>
/// A chain whose step size follows its own acceptance is no longer invariant to any f_β, and the weights lose E w = p(x). So the sizes are
/// found on chains of their own, which are thrown away: given x they are independent of every chain that is weighed, and each transition
/// with them leaves its f_β exactly as it is. The pilot holds at 17 places along the path and moves log ε by 0.3 (acceptance − target) after each
/// transition; between the places log ε is interpolated, so that what is kept does not grow with T.
/// </remarks>
internal sealed class StepSizes
{
    private const int Places = 17, PilotChains = 8, First = 20, Fewest = 4, Most = 12;
    private const double Rate = 0.3, Start = 0.3, Smallest = 1e-5, Largest = 10;

    // (places, B), float64
    private readonly Tensor logSizes;

    private StepSizes(Tensor logSizes) => this.logSizes = logSizes;

    /// <summary>Transitions of a pilot, for planning and display.</summary>
    internal static int Transitions(Annealing settings) => settings.Steps == 1 ? 0 : First + (Places - 1) * AtEach(settings);

    /// <summary>Runs the pilot. What it returns belongs to the scope around the call.</summary>
    internal static StepSizes Adapt(AnnealingPath path, Annealing settings, Generator generator, Action moved)
    {
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var logSize = Tensor.Full(Math.Log(Start), [path.Examples], DType.Float64, generator.Device);
        var sizes = new Tensor[Places];
        if (settings.Steps == 1) return new StepSizes(scope.Keep(Tensor.Stack(0, [.. sizes.Select(_ => logSize)])));
        var z = path.Start(generator, Math.Min(PilotChains, settings.Chains)).Clone();
        for (var place = 0; place < Places; place++)
        {
            var transitions = place == 0 ? First : AtEach(settings);
            sizes[place] = logSize.ZerosLike();
            var counted = 0;
            for (var k = 0; k < transitions; k++)
            {
                using var one = TensorScope.Open();
                var (next, _, acceptance) = HamiltonianTransition.Step(path, z, Annealing.Beta((double)place / (Places - 1)), logSize.Exp(), settings.Leapfrogs, generator);
                z.CopyInPlace(next);
                logSize.CopyInPlace((logSize + Rate * (acceptance.Mean(0) - settings.TargetAcceptance)).Clamp(Math.Log(Smallest), Math.Log(Largest)));
                moved();
                // The first half goes to where the second stays.
                if (k < transitions / 2) continue;
                sizes[place].AddInPlace(logSize);
                counted++;
            }
            sizes[place] /= counted;
        }
        return new StepSizes(scope.Keep(Tensor.Stack(0, sizes)));
    }

    /// <summary>ε <c>(B)</c> at a share of the way.</summary>
    internal Tensor At(double share)
    {
        var at = Math.Clamp(share, 0, 1) * (Places - 1);
        var below = Math.Min((int)at, Places - 2);
        return logSizes[below].Lerp(logSizes[below + 1], at - below).Exp();
    }

    private static int AtEach(Annealing settings) => Math.Clamp(settings.Steps / (4 * Places), Fewest, Most);
}
