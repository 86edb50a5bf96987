using Elbow.Torch.Native;

namespace Elbow.Torch;

/// <summary>Which member of the Adam family.</summary>
public enum AdamRule
{
    /// <summary>Weight decay is part of the gradient.</summary>
    Adam,
    /// <summary>Weight decay shrinks the parameter by itself.</summary>
    AdamW,
    /// <summary>The infinity norm of the gradients in place of the second moment; weight decay as in <see cref="Adam"/>.</summary>
    Adamax,
}

/// <summary>The numbers of one update.</summary>
/// <param name="Rule">Which member of the family.</param>
/// <param name="Step">How many updates this makes, from 1: it corrects the bias of the moments.</param>
/// <param name="LearningRate">Step size.</param>
/// <param name="Beta1">How much of the first moment stays.</param>
/// <param name="Beta2">How much of the second moment stays.</param>
/// <param name="Epsilon">Keeps the denominator from zero.</param>
/// <param name="WeightDecay">Pull towards zero.</param>
public readonly record struct AdamUpdate(
    AdamRule Rule, long Step, double LearningRate, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0);

/// <summary>One update of the Adam family over all parameters, as libtorch's own optimisers compute it.</summary>
/// <remarks>
/// On the CPU one pass over memory, on a GPU libtorch's fused kernel; Adamax, which has none, takes a handful of list operators there. <c>m</c> and <c>v</c> start as zeros like the parameters; in
/// Adamax <c>v</c> is the norm.
/// </remarks>
public static class AdamKernel
{
    /// <summary>Updates parameters and moments in place.</summary>
    /// <exception cref="TorchException">Shapes, types, devices or layouts of a parameter and its moments differ.</exception>
    public static void Apply(IReadOnlyList<Tensor> parameters, IReadOnlyList<Tensor> gradients, IReadOnlyList<Tensor> m, IReadOnlyList<Tensor> v, AdamUpdate update)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(gradients);
        ArgumentNullException.ThrowIfNull(m);
        ArgumentNullException.ThrowIfNull(v);
        ArgumentOutOfRangeException.ThrowIfLessThan(update.Step, 1);
        if (gradients.Count != parameters.Count || m.Count != parameters.Count || v.Count != parameters.Count)
        {
            throw new ArgumentException($"{parameters.Count} parameters need as many gradients and moments, got {gradients.Count}, {m.Count} and {v.Count}");
        }
        if (parameters.Count == 0) return;
        if (!parameters[0].Device.IsCuda) InOnePass(parameters, gradients, m, v, update);
        else if (update.Rule == AdamRule.Adamax) ByOperators([.. parameters], [.. gradients], [.. m], [.. v], update);
        else Fused([.. parameters], gradients, [.. m], [.. v], update);
    }

    private static void Fused(Tensor[] parameters, IReadOnlyList<Tensor> gradients, Tensor[] m, Tensor[] v, AdamUpdate update)
    {
        using var scope = TensorScope.Open();
        using var noGrad = Autograd.NoGrad();
        var decay = update.WeightDecay;
        if (update.Rule == AdamRule.AdamW && decay != 0)
        {
            Aten.ForeachMulScalar.Run(parameters, 1 - (update.LearningRate * decay));
            decay = 0;
        }
        Tensor[] arranged = [.. gradients.Select((gradient, k) => Arranged(gradient, parameters[k]))];
        Tensor[] steps = [.. Enumerable.Repeat(Tensor.Full(update.Step, [], DType.Float32, parameters[0].Device), parameters.Length)];
        Aten.FusedAdam.Run(parameters, arranged, m, v, Array.Empty<Tensor>(), steps, update.LearningRate, update.Beta1, update.Beta2, decay, update.Epsilon, false, false);
    }

    // A gradient in the memory order of its parameter, which the fused kernel insists on.
    private static unsafe Tensor Arranged(Tensor gradient, Tensor like)
    {
        var rank = like.Rank;
        long* numbers = stackalloc long[3 * (rank + 1)];
        NativeMethods.elbow_tensor_sizes(like.Pointer, numbers, numbers + rank);
        NativeMethods.elbow_tensor_sizes(gradient.MustBe(like.Shape.AsSpan()).Pointer, numbers, numbers + (2 * rank));
        if (new Span<long>(numbers + rank, rank).SequenceEqual(new(numbers + (2 * rank), rank))) return gradient;
        var copy = like.ZerosLike();
        copy.CopyInPlace(gradient);
        return copy;
    }

    private static unsafe void InOnePass(IReadOnlyList<Tensor> parameters, IReadOnlyList<Tensor> gradients, IReadOnlyList<Tensor> m, IReadOnlyList<Tensor> v, AdamUpdate update)
    {
        var arguments = new AdamArguments
        {
            LearningRate = update.LearningRate,
            Beta1 = update.Beta1,
            Beta2 = update.Beta2,
            Epsilon = update.Epsilon,
            WeightDecay = update.WeightDecay,
            BiasCorrection1 = 1 - Math.Pow(update.Beta1, update.Step),
            BiasCorrection2Sqrt = Math.Sqrt(1 - Math.Pow(update.Beta2, update.Step)),
            Decoupled = update.Rule == AdamRule.AdamW ? 1 : 0,
            InfinityNorm = update.Rule == AdamRule.Adamax ? 1 : 0,
        };
        var count = parameters.Count;
        var pointers = new nint[4 * count];
        for (var k = 0; k < count; k++)
        {
            pointers[k] = parameters[k].Pointer;
            pointers[count + k] = gradients[k].Pointer;
            pointers[(2 * count) + k] = m[k].Pointer;
            pointers[(3 * count) + k] = v[k].Pointer;
        }
        fixed (nint* p = pointers)
        {
            var status = NativeMethods.elbow_adam_step(p, p + count, p + (2 * count), p + (3 * count), count, &arguments);
            GC.KeepAlive(m);
            GC.KeepAlive(v);
            NativeMethods.Check(status, update.Rule.ToString(), parameters, gradients);
        }
    }

    internal static void ByOperators(Tensor[] parameters, Tensor[] gradients, Tensor[] m, Tensor[] v, AdamUpdate update)
    {
        using var scope = TensorScope.Open();
        using var noGrad = Autograd.NoGrad();
        var rate = update.LearningRate / (1 - Math.Pow(update.Beta1, update.Step));
        if (update.WeightDecay != 0)
        {
            if (update.Rule == AdamRule.AdamW) Aten.ForeachMulScalar.Run(parameters, 1 - (update.LearningRate * update.WeightDecay));
            else gradients = Aten.ForeachAdd.CallMany(parameters.Length, gradients, parameters, update.WeightDecay);
        }
        Aten.ForeachMulScalar.Run(m, update.Beta1);
        Aten.ForeachAddList.Run(m, gradients, 1 - update.Beta1);
        Aten.ForeachMulScalar.Run(v, update.Beta2);
        Tensor[] denominator;
        if (update.Rule == AdamRule.Adamax)
        {
            var sizes = Aten.ForeachAbs.CallMany(parameters.Length, gradients);
            Aten.ForeachAddScalar.Run(sizes, update.Epsilon);
            Aten.ForeachMaximum.Run(v, sizes);
            denominator = v;
        }
        else
        {
            Aten.ForeachAddcmul.Run(v, gradients, gradients, 1 - update.Beta2);
            denominator = Aten.ForeachSqrt.CallMany(parameters.Length, v);
            Aten.ForeachDivScalar.Run(denominator, Math.Sqrt(1 - Math.Pow(update.Beta2, update.Step)));
            Aten.ForeachAddScalar.Run(denominator, update.Epsilon);
        }
        Aten.ForeachAddcdiv.Run(parameters, m, denominator, -rate);
    }
}
