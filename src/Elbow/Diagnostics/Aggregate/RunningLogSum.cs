using System.Numerics;
using System.Runtime.InteropServices;

namespace Elbow.Diagnostics;

/// <summary>Σ 2^t of very many exponents, block by block, as Sum·2^Max with the largest t so far.</summary>
/// <remarks>What a block adds is left out where it is below 2⁻⁷⁵ of the sum: from each of up to 10⁶ components that is 3·10⁻¹⁷ in all.</remarks>
internal readonly record struct RunningLogSum(double Max, double Sum)
{
    /// <summary>Exponents in one block.</summary>
    internal const int Block = 128;

    /// <summary>What is so many powers of 2 below a sum is left out of it.</summary>
    internal const double Negligible = 75;

    internal static readonly RunningLogSum Empty = new(double.NegativeInfinity, 0);

    /// <summary>In nats; −∞ of nothing.</summary>
    internal double LogSum => Sum > 0 ? (Max + Math.Log2(Sum)) * Math.Log(2) : double.NegativeInfinity;

    /// <summary>Adds a block.</summary>
    /// <param name="state">The sum so far.</param>
    /// <param name="exponents">t, <see cref="Block"/> of them; that of <paramref name="left"/> is overwritten.</param>
    /// <param name="left">Which of them is left out; −1 for none.</param>
    /// <param name="laneMax">Their largest, lane by lane.</param>
    internal static void Add(ref RunningLogSum state, Span<double> exponents, int left, Vector<double> laneMax)
    {
        if (left >= 0)
        {
            exponents[left] = double.NegativeInfinity;
            laneMax = MaxOf(exponents);
        }
        var max = laneMax[0];
        for (var lane = 1; lane < Vector<double>.Count; lane++) max = Math.Max(max, laneMax[lane]);
        if (!(max > state.Max - Negligible)) return;
        if (max > state.Max) state = new RunningLogSum(max, state.Sum * double.Exp2(state.Max - max));
        ref var start = ref MemoryMarshal.GetReference(exponents);
        var shift = new Vector<double>(state.Max);
        var sum = Vector<double>.Zero;
        for (nuint k = 0; k < Block; k += (nuint)Vector<double>.Count) sum += FastExp2.Of(Vector.LoadUnsafe(ref start, k) - shift);
        state = state with { Sum = state.Sum + Vector.Sum(sum) };
    }

    /// <summary>The largest of a block, lane by lane.</summary>
    internal static Vector<double> MaxOf(ReadOnlySpan<double> values)
    {
        ref var start = ref MemoryMarshal.GetReference(values);
        var max = Vector.LoadUnsafe(ref start);
        for (var k = (nuint)Vector<double>.Count; k < Block; k += (nuint)Vector<double>.Count) max = Vector.MaxNative(max, Vector.LoadUnsafe(ref start, k));
        return max;
    }
}
