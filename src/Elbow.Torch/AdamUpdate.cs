using Elbow.Torch.Native;

namespace Elbow.Torch;

/// <summary>The constants of an Adam-family update.</summary>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment, or of the infinity norm.</param>
/// <param name="Epsilon">Keeps the denominator from zero.</param>
/// <param name="WeightDecay">Pull of the parameters to zero.</param>
/// <param name="Decoupled">Whether the pull acts beside the update (AdamW) rather than inside the gradient.</param>
/// <param name="InfinityNorm">Whether v is the decayed maximum of |g| (Adamax) rather than the mean of g².</param>
public sealed record AdamRule(double Beta1, double Beta2, double Epsilon, double WeightDecay, bool Decoupled, bool InfinityNorm);

/// <summary>One Adam-family update of many tensors, in place.</summary>
public static class AdamUpdate
{
    /// <summary>Updates parameters and both moments: on the CPU in one pass over memory, elsewhere by libtorch's multi-tensor operators.</summary>
    /// <param name="parameters">What is moved, against the gradient.</param>
    /// <param name="gradients">In the order of the parameters.</param>
    /// <param name="m">First moments.</param>
    /// <param name="v">Second moments or infinity norms.</param>
    /// <param name="rule">The constants.</param>
    /// <param name="learningRate">Size of the step.</param>
    /// <param name="step">Number of this step, from 1; corrects the bias of the moments.</param>
    public static void Apply(Tensor[] parameters, IReadOnlyList<Tensor> gradients, Tensor[] m, Tensor[] v, AdamRule rule, double learningRate, long step)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(rule);
        if (parameters.Length == 0) return;
        if (parameters[0].Device.IsCuda) ApplyForeach(parameters, [.. gradients], m, v, rule, learningRate, step);
        else ApplyNative(parameters, gradients, m, v, rule, learningRate, step);
    }

    private static unsafe void ApplyNative(Tensor[] parameters, IReadOnlyList<Tensor> gradients, Tensor[] m, Tensor[] v, AdamRule rule, double learningRate, long step)
    {
        var count = parameters.Length;
        var pointers = new nint[4 * count];
        for (var k = 0; k < count; k++)
        {
            pointers[k] = parameters[k].Pointer;
            pointers[count + k] = gradients[k].Pointer;
            pointers[2 * count + k] = m[k].Pointer;
            pointers[3 * count + k] = v[k].Pointer;
        }
        var options = new AdamArguments
        {
            LearningRate = learningRate, Beta1 = rule.Beta1, Beta2 = rule.Beta2, Epsilon = rule.Epsilon, WeightDecay = rule.WeightDecay,
            BiasCorrection1 = 1 - Math.Pow(rule.Beta1, step), BiasCorrection2Sqrt = Math.Sqrt(1 - Math.Pow(rule.Beta2, step)),
            Decoupled = rule.Decoupled ? 1 : 0, InfinityNorm = rule.InfinityNorm ? 1 : 0,
        };
        fixed (nint* p = pointers) NativeMethods.Check(NativeMethods.elbow_adam_step(p, p + count, p + 2 * count, p + 3 * count, count, &options), "adam");
        GC.KeepAlive(gradients);
    }

    internal static void ApplyForeach(Tensor[] parameters, Tensor[] gradients, Tensor[] m, Tensor[] v, AdamRule rule, double learningRate, long step)
    {
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        if (rule.Decoupled && rule.WeightDecay > 0) Aten.ForeachMulScalar.Run(parameters, 1 - learningRate * rule.WeightDecay);
        if (!rule.Decoupled && rule.WeightDecay > 0) gradients = Aten.ForeachAdd.CallMany(gradients.Length, gradients, parameters, rule.WeightDecay);
        Aten.ForeachMulScalar.Run(m, rule.Beta1);
        Aten.ForeachAddList.Run(m, gradients, 1 - rule.Beta1);
        Aten.ForeachMulScalar.Run(v, rule.Beta2);
        var correction1 = 1 - Math.Pow(rule.Beta1, step);
        if (rule.InfinityNorm)
        {
            var sizes = Aten.ForeachAbs.CallMany(gradients.Length, (Arg)gradients);
            Aten.ForeachAddScalar.Run(sizes, rule.Epsilon);
            for (var k = 0; k < v.Length; k++) v[k].CopyInPlace(v[k].Maximum(sizes[k]));
            Aten.ForeachAddcdiv.Run(parameters, m, v, -learningRate / correction1);
            return;
        }
        Aten.ForeachAddcmul.Run(v, gradients, gradients, 1 - rule.Beta2);
        var roots = Aten.ForeachSqrt.CallMany(v.Length, (Arg)v);
        Aten.ForeachDivScalar.Run(roots, Math.Sqrt(1 - Math.Pow(rule.Beta2, step)));
        Aten.ForeachAddScalar.Run(roots, rule.Epsilon);
        Aten.ForeachAddcdiv.Run(parameters, m, roots, -learningRate / correction1);
    }
}
